#!/bin/bash
# suites.bash SUITE…: runs suites one after the other, also after one has failed.
status=0
for suite; do npm run --silent "test:$suite" || status=1; done
exit $status
