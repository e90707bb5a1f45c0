#!/bin/bash
# shellcheck disable=SC2154 # $status is of __sidecar_get
# Whether host $1, port $2 answers a GET of $3 with a 2xx. In this container, it is checked first whether the port listens.
__sidecar_answers() {
  case $1 in localhost | 127.* | ::1 | 0.0.0.0) __sidecar_listens "$2" || return 1 ;; esac
  (__sidecar_get "$@" 5; __sidecar_rest; [[ $status = 2* ]]) 2> /dev/null
}
