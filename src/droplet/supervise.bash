#!/bin/bash
# shellcheck disable=SC2154
# Stays above the sidecar: passes signals on, stops it in its own way, starts it again.
# Job control gives the sidecar a process group of its own, in which no signal is ignored.
set -m
child='' stopping='' ending='' status=143
#: if restart
restarts=0 delay=@firstDelay@ longest_delay=@longestDelay@ good_run=@goodRun@ attempts=@attempts@
#: end
terminate() {
  stopping=1
  case $child$ending in
    '') exit "$status" ;;
    *[!0-9]*) return ;;
  esac
  ending=.
  #: if stopDelay
  local until=@stopDelay@
  until=$((${EPOCHREALTIME//[!0-9]/} + until))
  while kill -0 "$child" 2> /dev/null && ((${EPOCHREALTIME//[!0-9]/} < until)); do read -rt 0.1 -u "$pause" _; done
  #: end
  kill -s @signal@ "$child" 2> /dev/null
}
trap 'caught=1; terminate' TERM
for signal in HUP INT QUIT USR1 USR2 WINCH; do
  # shellcheck disable=SC2064
  trap "caught=1; kill -s $signal \"\$child\" 2> /dev/null" "$signal"
done
while :; do
  #: if restart
  began=${EPOCHREALTIME//[!0-9]/}
  #: end
  child=new
  "$@" {pause}>&- &
  child=$!
  [ ! "$stopping" ] || terminate
  while
    caught=''
    wait -f "$child"
    status=$?
    [ "$caught" ]
  do :; done 2> /dev/null
  #: if restart
  child=''
  [ ! "$stopping" ] || exit "$status"
  #: if onFailure
  [ "$status" != 0 ] || exit 0
  #: end
  ((${EPOCHREALTIME//[!0-9]/} - began < good_run)) || restarts=0 delay=@firstDelay@
  #: if attempts
  [ "$restarts" -lt "$attempts" ] || {
    echo "sidecar "@name@": exited with status $status; restarted $restarts times already, giving up" >&2
    exit "$status"
  }
  #: end
  restarts=$((restarts + 1))
  printf -v seconds '%d.%03d' $((delay / 1000)) $((delay % 1000))
  echo "sidecar "@name@": exited with status $status; restart $restarts${attempts:+ of $attempts} in ${seconds%.000} s" >&2
  read -rt "$seconds" -u "$pause" _
  delay=$((delay * 2 < longest_delay ? delay * 2 : longest_delay))
  #: end
  #: if once
  exit "$status"
  #: end
done
