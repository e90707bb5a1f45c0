#!/bin/bash
# shellcheck disable=SC2154,SC2317 # the variables are those of supervise.bash; one of both __check is there
# Looks after a sidecar with `health` while it runs, and sends what stops it. Times are in hundredths of a second.
# Sleeps for at most $1, which a line in the pipe ends: of a trap, or of a check, as $__line. Sets $__now.
__nap() {
  local for
  printf -v for '%d.%02d' $(($1 / 100)) $(($1 % 100))
  __line=''
  read -rt "$for" -u "$__pause" __line
  read -r __now _ < /proc/uptime
  __now=$((10#${__now/./}))
}
#: if probe
# One short-lived process checks, and writes its number and what is wrong into the pipe; after its timeout it is killed.
__check() {
  local probe time=@healthTimeout@
  local until=$((__now + time))
  ((++__round))
  {
    __said=''
    @probe@
    echo "$__round $__said" >&"$__pause"
  } < /dev/null > /dev/null 2>&1 &
  probe=$!
  disown "$probe"
  while [ ! "$__stop" ] && [ -e "/proc/$__child" ] && ((__now < until)); do
    __nap $((until - __now < 25 ? until - __now : 25))
    case $__line in
      "$__round") return 0 ;;
      "$__round "*) __said=${__line#* }; return 1 ;;
    esac
  done
  kill -s KILL -- "-$probe" 2> /dev/null
  __said=@timedOut@
  return 1
}
#: end
#: if listening
__check() {
  __said='nothing listens'
  @listening@
}
#: end
# Stops a sidecar that is not fit, for the reason $1, in its own way; 10 s later it is killed, as the platform does.
__stop_unfit() {
  echo "sidecar "@name@": $1; stopping it" >&2
  __unfit=1 __kill=$((__now + 1000))
  __send @signal@
}
# Until the sidecar has ended.
__watch() {
  local started asked='' sent='' signal hold='' fit='' failed=0 due=0 checked=@checked@
  local first=@firstCheck@ interval=@interval@ grace=@grace@ failures=@failures@ wait=@stopWait@
  #: if followed
  local limit=@stopLimit@
  #: end
  __unfit=''
  __nap 1
  started=$__now due=$((__now + first))
  while [ -e "/proc/$__child" ]; do
    for signal in "${__signals[@]}"; do __send "$signal"; done
    __signals=()
    [ ! "$__unfit" ] || ((__now < __kill)) || kill -s KILL -- "-$__child" 2> /dev/null
    if [ "$__stop" ]; then
      asked=${asked:-$__now}
      #: if followed
      hold=''
      ((__now - asked >= limit)) || ! __followed || hold=1
      #: end
      ((${#sent} + ${#hold} || __now - asked < wait)) || { sent=1; __send @signal@; }
    elif [ ! "$__unfit" ] && ((__now >= due)); then
      due=$((__now + interval))
      if __check; then
        #: if followed
        [ "$fit" ] || echo "$$ ready" > "$__mark"
        #: end
        fit=1 failed=0
      elif [ ! "$fit" ] && ((__now < started + grace)); then
        due=$((__now + first))
      elif [ -e "/proc/$__child" ] && [ ! "$__stop" ]; then
        ((++failed < failures)) || __stop_unfit "health check failed @times@ ($checked: $__said)"
      fi
    fi
    __nap "$((${#__stop} + ${#__unfit} ? 5 : 25))"
  done
}
