#!/bin/bash
# shellcheck disable=SC2154 # $__pause is set by the start script: the pipe on which `read -t` sleeps.
# The parent process of the sidecar: forwards signals, stops it as configured, and restarts it.
# Job control puts the sidecar into a new process group, in which no signal is ignored.
# Times are from the kernel's uptime, in hundredths of a second, because the clock may be corrected meanwhile.
set -m
__child='' __stop='' __sent='' __status=143
#: if restart
# The delay in milliseconds is doubled at each restart up to the cap, and reset after a minute without one.
__runs=0 __delay=1000 __cap=30000 __good=6000 __most=@attempts@
#: end
# Sends signal $1 to the sidecar after its `exec`: before that, a copy of this shell might swallow the signal.
__send() {
  while mapfile -d '' __its < "/proc/$__child/cmdline" && [ "${__its[*]}" = "/bin/bash -p $0" ]; do
    read -rt 0.01 -u "$__pause" _
  done
  kill -s "$1" "$__child"
} 2> /dev/null
#: if followed
#: include followed
#: end
#: if asleep
__stop_it() {
  __stop=1
  case $__child$__sent in
    '') exit "$__status" ;;
    *[!0-9]*) return ;;
  esac
  __sent=.
  #: if followed
  local now asked limit=@stopLimit@
  read -r now _ < /proc/uptime
  asked=$((10#${now/./})) now=$((10#${now/./}))
  while ((now < asked + limit)) && kill -0 "$__child" 2> /dev/null && __followed; do
    read -rt 0.05 -u "$__pause" _
    read -r now _ < /proc/uptime
    now=$((10#${now/./}))
  done
  #: end
  #: if stopDelay
  local tenths=@stopDelay@
  #: if followed
  tenths=$((tenths - (now - asked) / 10))
  #: end
  while kill -0 "$__child" 2> /dev/null && ((tenths-- > 0)); do read -rt 0.1 -u "$__pause" _; done
  #: end
  __send @signal@
}
trap '__woke=1; __stop_it' TERM
# None above TERM, so not WINCH: if several arrive together, `wait` returns the highest, and the others are lost.
for __signal in HUP INT QUIT USR1 USR2; do
  # shellcheck disable=SC2064
  trap "__woke=1; __send $__signal" "$__signal"
done
#: end
#: if watched
# A trap only sets variables and wakes the `read` of the main loop: inside another `read -t`, its timer would be lost.
trap '__woke=1 __stop=1; [ "$__child" ] || exit "$__status"; echo >&"$__pause"' TERM
for __signal in HUP INT QUIT USR1 USR2; do
  # shellcheck disable=SC2064
  trap "__woke=1; __signals+=($__signal); echo >&$__pause" "$__signal"
done
#: include watch
#: end
#: if ordered
echo "$$" > "$__mark"
#: end
while :; do
  #: if restart
  read -r __born _ < /proc/uptime
  #: end
  __child=new
  "$@" {__pause}>&- &
  __child=$!
  #: if watched
  __watch
  #: end
  #: if asleep
  [ ! "$__stop" ] || __stop_it
  #: end
  while
    __woke=''
    # Not `wait -f`, which waits forever for a child whose end bash forgot because of a signal.
    wait "$__child"
    __status=$?
    [[ -e /proc/$__child || ($__woke && ! $(jobs -pr)) ]]
  do ((__woke)) || : "$(read -rt 0.1 -u "$__pause")"; done 2> /dev/null
  #: if watched
  # An unhealthy sidecar counts as failed, whatever its status; leftovers in its process group might hold its port.
  [ ! "$__unfit" ] || {
    kill -s KILL -- "-$__child" 2> /dev/null
    ((__status)) || __status=1
  }
  #: end
  #: if restart
  __child=''
  [ ! "$__stop" ] || exit "$__status"
  #: if onFailure
  ((__status)) || exit 0
  #: end
  read -r __now _ < /proc/uptime
  ((10#${__now/./} - 10#${__born/./} < __good)) || __runs=0 __delay=1000
  __why="sidecar "@name@": exited with status $__status;"
  #: if attempts
  ((__runs < __most)) || {
    echo "$__why restarted $__runs times, giving up" >&2
    exit "$__status"
  }
  #: end
  ((++__runs))
  printf -v __for %d.%03d $((__delay / 1000)) $((__delay % 1000))
  echo "$__why restart $__runs${__most:+ of $__most} in ${__for%.000} s" >&2
  read -rt "$__for" -u "$__pause" _
  (((__delay *= 2) < __cap)) || __delay=$__cap
  #: end
  #: if once
  exit "$__status"
  #: end
done
