#!/bin/bash
# shellcheck disable=SC2154 # $skip and $pace are local to the loop that calls it, $status is of __sidecar_get
# Whether host $1, port $2 answers a GET of $3 with a 2xx; otherwise $answer is the status of the last response. In this
# container, it is checked first whether the port listens. It is called every 25 ms, and after a request skips $skip calls:
# 50 ms at first, then up to 0.9 s.
__sidecar_answers() {
  ((skip-- < 1)) || return 1
  case $1 in localhost | 127.* | ::1 | 0.0.0.0) __sidecar_listens "$2" || return 1 ;; esac
  answer=$({ __sidecar_get "$@" 5; echo "$status"; __sidecar_rest; } 2> /dev/null)
  ((skip = pace, pace = pace < 32 ? pace * 2 : 36))
  [[ $answer = 2* ]]
}
