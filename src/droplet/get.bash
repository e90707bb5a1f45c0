#!/bin/bash
# Whether host $1, port $2 answers a GET of $3 with a 2xx within $4 s; $status is that of the response, if it is HTTP. Only in a
# subshell: writing to a closed connection ends it.
__sidecar_get() {
  status=''
  exec 9<> "/dev/tcp/$1/$2" || exec 9<> /dev/null
  printf 'GET %s HTTP/1.1\r\nHost: %s:%s\r\nConnection: close\r\n\r\n' "$3" "$1" "$2" >&9
  # Up to the status: "HTTP/1.1 200".
  read -rt "$4" -n 12 _ status _ <&9
  [[ $status = [1-9][0-9][0-9] ]] || status=''
  [[ $status = 2* ]]
}
# Reads the rest of the response, with limits for one that does not end. Closing a connection that has unread data resets it,
# which servers log as an error.
__sidecar_rest() { read -rt 0.5 -N 1048576 _ <&9; }
