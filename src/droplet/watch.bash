#!/bin/bash
# shellcheck disable=SC2154,SC2317 # the variables are set by supervise.bash; one of the two __check is included
# Watches a sidecar with `health` or a memory guard, and sends the signals that stop it. Times are in hundredths of a second.
# Sleeps for at most $1, while the sidecar runs, which it looks at every second. A line in the pipe from a trap or a check
# ends it, and is in $__line. Sets $__now. A timeout in the middle of a line leaves its beginning to the next.
__nap() {
  local got='' times each=$(($1 > 1 ? $1 : 1)) # a check may last longer than the interval
  times=$(((each + 99) / 100))
  each=$(((each + times - 1) / times))
  printf -v each '%d.%02d' $((each / 100)) $((each % 100))
  __line=''
  until IFS='' read -rt "$each" -u "$__pause" got && __line=$__part$got __part=''; do
    __part+=$got
    ((--times)) || break
    [ -e "/proc/$__child" ] || break
  done
  read -r __now _ < /proc/uptime
  __now=$((10#${__now/./}))
}
#: if probe
# A short-lived process checks, and writes its number and the problem into the pipe; it is killed after its timeout.
__check() {
  local probe time=@healthTimeout@
  local until=$((__now + time))
  ((++__round))
  {
    __said=''
    @probe@
    echo "$__round:$__said" >&"$__pause"
    #: if probeHttp
    __sidecar_rest
    #: end
  } < /dev/null > /dev/null 2>&1 &
  probe=$!
  disown "$probe"
  while [ ! "$__stop" ] && [ -e "/proc/$__child" ] && ((__now < until)); do
    __nap $((until - __now))
    case $__line in
      "$__round:") return 0 ;;
      "$__round:"*) __said=${__line#*:}; return 1 ;;
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
#: if guard
# Sets $__kib to the memory of the sidecar's process and its descendants. First by their resident sizes (in pages of 4 KiB),
# which is fast and never too low; if that is more than $1, by their proportional sizes, which count shared memory once.
__measure() {
  local pids=("$__child") pid at file children pages key value
  __kib=0
  for ((at = 0; at < ${#pids[@]}; at++)); do
    pid=${pids[at]} pages=0
    # A child belongs to the thread that started it.
    for file in "/proc/$pid/task/"*/children; do
      children=()
      read -ra children < "$file"
      pids+=("${children[@]}")
    done
    read -r _ pages _ < "/proc/$pid/statm"
    ((__kib += pages * 4))
  done 2> /dev/null
  ((__kib > $1)) || return
  __kib=0
  for pid in "${pids[@]}"; do
    pages=0
    read -r _ pages _ < "/proc/$pid/statm"
    ((value = pages * 4))
    while read -r key pages _; do
      [ "$key" != Pss: ] || { value=$pages; break; }
    done < "/proc/$pid/smaps_rollup"
    ((__kib += value))
  done 2> /dev/null
}
#: end
# Stops an unhealthy sidecar as configured, for the reason $1; it is killed after 10 s, as on the platform.
__stop_unfit() {
  echo "sidecar "@name@": $1; stopping it" >&2
  __unfit=1 __kill=$((__now + 1000))
  __send @signal@
}
# Loops until the sidecar has ended.
__watch() {
  local asked='' sent='' signal hold='' next wait=@stopWait@
  #: if health
  local started fit='' failed=0 due checked=@checked@
  local first=@firstCheck@ interval=@interval@ grace=@grace@ failures=@failures@
  #: end
  #: if guard
  local measured=0 most=@memory@
  #: end
  #: if followed
  local limit=@stopLimit@
  #: end
  __unfit=''
  __nap 1
  #: if health
  started=$__now due=$((__now + first))
  #: end
  while [ -e "/proc/$__child" ]; do
    for signal in "${__signals[@]}"; do __send "$signal"; done
    __signals=()
    #: if guard
    if [ ! "$__unfit$__stop" ] && ((__now >= measured + 200)); then
      measured=$__now
      __measure "$most"
      ((__kib <= most)) || __stop_unfit "its processes use $((__kib / 1024)).$((__kib % 1024 * 10 / 1024)) MiB, its memory is $((most / 1024)) MiB"
    fi
    #: end
    [ ! "$__unfit" ] || ((__now < __kill)) || kill -s KILL -- "-$__child" 2> /dev/null
    if [ "$__stop" ]; then
      asked=${asked:-$__now}
      #: if followed
      hold=''
      ((__now - asked >= limit)) || ! __followed || hold=1
      #: end
      ((${#sent} + ${#hold} || __now - asked < wait)) || { sent=1; __send @signal@; }
    #: if health
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
    #: end
    fi
    next=200
    #: if health
    ((__now + next < due)) || next=$((due - __now))
    #: end
    __nap $((${#__stop} + ${#__unfit} ? 5 : next))
  done
}
