#!/bin/bash
# shellcheck disable=SC2154,SC2317 # $__pause is set by the start script; the check is in the arguments
# Waits until the sidecar $1 has written its state file $2 and the check "${@:5}" succeeds, for at most $4 hundredths of a
# second from its start; $3 describes the condition.
__sidecar_after() {
  local now until='' pid='' told=''
  # shellcheck disable=SC2034 # __sidecar_answers changes them
  local answer='' skip=0 pace=2
  while :; do
    __state=''
    [ ! -e "$2" ] || read -r pid __state < "$2"
    if [ "$pid" ] && [ -e "/proc/$pid" ]; then
      "${@:5}" && break
      read -r now _ < /proc/uptime
      now=$((10#${now/./}))
      [ "$until" ] || until=$((now + $4))
      ((now < until)) || {
        echo "sidecar "@name@" does not start: sidecar $1 was not ready ($3${answer:+ answered $answer}) after $(($4 / 100)) s" >&2
        exit 1
      }
    fi
    [ "$told" ] || echo "sidecar "@name@" waits for sidecar $1 ($3)" >&2
    told=1
    [ "$__pause" ] || { exec {__pause}<> <(:) && wait "$!"; }
    read -rt 0.025 -u "$__pause" _
  done
  [ ! "$told" ] || echo "sidecar "@name@" starts: sidecar $1 is ready ($3)" >&2
}
#: if afterHealth
__sidecar_healthy() { [ "$__state" = ready ]; }
#: end
#: if afterHttp
#: include answers
#: end
