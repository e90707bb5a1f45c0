#!/bin/bash
# Stays above the sidecar: passes signals on, stops it in its own way, starts it again.
# Job control gives the sidecar a process group of its own, in which no signal is ignored.
# Time is the kernel's since its start, in hundredths of a second: that of the day may be put right meanwhile.
# A pipe that never holds anything: `read -t` sleeps on it without a process.
exec {__pause}<> <(:)
wait "$!"
set -m
__child='' __stopping='' __ending='' __status=143
#: if restart
__restarts=0 __delay=@firstDelay@ __longest=@longestDelay@ __good=@goodRun@ __attempts=@attempts@
#: end
__terminate() {
  __stopping=1
  case $__child$__ending in
    '') exit "$__status" ;;
    *[!0-9]*) return ;;
  esac
  __ending=.
  #: if stopDelay
  local tenths=@stopDelay@
  while kill -0 "$__child" 2> /dev/null && ((tenths-- > 0)); do read -rt 0.1 -u "$__pause" _; done
  #: end
  kill -s @signal@ "$__child" 2> /dev/null
}
trap '__caught=1; __terminate' TERM
for __signal in HUP INT QUIT USR1 USR2 WINCH; do
  # shellcheck disable=SC2064
  trap "__caught=1; kill -s $__signal \"\$__child\" 2> /dev/null" "$__signal"
done
while :; do
  #: if restart
  read -r __began _ < /proc/uptime
  #: end
  __child=new
  "$@" {__pause}>&- &
  __child=$!
  [ ! "$__stopping" ] || __terminate
  while
    __caught=''
    wait -f "$__child"
    __status=$?
    [ "$__caught" ]
  do :; done 2> /dev/null
  #: if restart
  __child=''
  [ ! "$__stopping" ] || exit "$__status"
  #: if onFailure
  [ "$__status" != 0 ] || exit 0
  #: end
  read -r __now _ < /proc/uptime
  ((10#${__now/./} - 10#${__began/./} < __good)) || __restarts=0 __delay=@firstDelay@
  #: if attempts
  [ "$__restarts" -lt "$__attempts" ] || {
    echo "sidecar "@name@": exited with status $__status; restarted $__restarts times already, giving up" >&2
    exit "$__status"
  }
  #: end
  __restarts=$((__restarts + 1))
  printf -v __seconds '%d.%03d' $((__delay / 1000)) $((__delay % 1000))
  echo "sidecar "@name@": exited with status $__status; restart $__restarts${__attempts:+ of $__attempts} in ${__seconds%.000} s" >&2
  read -rt "$__seconds" -u "$__pause" _
  __delay=$((__delay * 2 < __longest ? __delay * 2 : __longest))
  #: end
  #: if once
  exit "$__status"
  #: end
done
