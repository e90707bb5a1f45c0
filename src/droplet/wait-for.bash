#!/bin/bash
# Delays the app's start until the sidecar $1 is ready, for at most $3 ms; $2 describes the condition, "${@:4}" checks it.
__sidecar_wait() {
  # shellcheck disable=SC2034 # __sidecar_answers changes them
  local answer='' skip=0 pace=2
  "${@:4}" && return
  # Written first, so that the log shows what the start waits for (notices.ts).
  echo "The app waits for the sidecar $1 ($2)" >&2
  # The kernel's uptime, in hundredths of a second, because the clock may be corrected meanwhile.
  local now until
  read -r now _ < /proc/uptime
  until=$((10#${now/./} + $3 / 10))
  until "${@:4}"; do
    read -r now _ < /proc/uptime
    ((10#${now/./} < until)) || {
      echo "The app does not start: the sidecar $1 was not ready ($2${answer:+ answered $answer}) after $(($3 / 1000)) s" >&2
      exit 1
    }
    # A pipe that is always empty: `read -t` sleeps on it without a process.
    [ "${__pause-}" ] || { exec {__pause}<> <(:) && wait "$!"; }
    read -rt 0.025 -u "$__pause" _
  done
  echo "The sidecar $1 is ready ($2)" >&2
}
#: if listens
#: include listens
#: end
#: if http
#: include get
#: include answers
#: end
#: if socket
#: include socket
#: end
