#!/bin/bash
# Whether host $1, port $2 answers a GET of $3 with a 2xx within $4 s; $status is that of the response. Only in a subshell:
# writing to a closed connection ends it.
__sidecar_get() {
  status=''
  exec 9<> "/dev/tcp/$1/$2" || return 1
  printf 'GET %s HTTP/1.1\r\nHost: %s:%s\r\nConnection: close\r\n\r\n' "$3" "$1" "$2" >&9
  read -rt "$4" _ status _ <&9
  case $status in 2??) ;; *) return 1 ;; esac
}
