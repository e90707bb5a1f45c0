#!/bin/bash
# Credentials of bound services, each ended by NUL. Arguments: who asks, then a service and a credential in turn. In a subshell only.
__sidecar_credentials() {
  local python=/usr/bin/python3
  [ -x "$python" ] || python=python3
  hash "$python" 2> /dev/null || { echo "sidecar $1: python3 is needed to look up bound services" >&2; return 1; }
  exec "$python" -IS "$DEPS_DIR"/@index@/credentials.py "$@"
}
