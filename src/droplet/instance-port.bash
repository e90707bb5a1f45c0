#!/bin/bash
# The instance's port. Not PORT: if the script is sourced twice, the first run has changed it for the app.
__port=${CF_INSTANCE_PORTS#*'"internal":'}
__port=${__port# }
__port=${__port%%[!0-9]*}
__port=${__port:-8080}
