#!/bin/bash
# suites.bash SUITE…: runs further suites one after the other, each of them whatever came before.
status=0
for suite; do npm run --silent "test:$suite" || status=1; done
exit $status
