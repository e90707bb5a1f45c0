#!/bin/bash
# Holds the app's start until the sidecar $1 is ready, for at most $3 ms; $2 says what is waited for, "${@:4}" checks it.
__sidecar_wait() {
  "${@:4}" && return
  # Written first, so that the log says what the start waits for (wait-notice.ts).
  echo "The app waits for the sidecar $1 ($2)" >&2
  # The kernel's time since its start, in hundredths of a second: that of the day may be put right meanwhile.
  local now until
  read -r now _ < /proc/uptime
  until=$((10#${now/./} + $3 / 10))
  until "${@:4}"; do
    read -r now _ < /proc/uptime
    ((10#${now/./} < until)) || {
      echo "The app does not start: the sidecar $1 was not ready ($2) after $(($3 / 1000)) s" >&2
      exit 1
    }
    # A pipe that never holds anything: `read -t` sleeps on it without a process.
    [ "${__pause-}" ] || { exec {__pause}<> <(:) && wait "$!"; }
    read -rt 0.025 -u "$__pause" _
  done
  echo "The sidecar $1 is ready ($2)" >&2
}
#: if listens
#: include listens
#: end
#: if http
# Whether host $1, port $2 answers a GET of $3 with a 2xx; only asked once something listens there when it is this container.
__sidecar_answers() {
  case $1 in localhost | 127.* | ::1 | 0.0.0.0) __sidecar_listens "$2" || return 1 ;; esac
  # In a subshell: writing to a closed connection ends it.
  (
    status=''
    exec 9<> "/dev/tcp/$1/$2" || exit
    printf 'GET %s HTTP/1.1\r\nHost: %s:%s\r\nConnection: close\r\n\r\n' "$3" "$1" "$2" >&9
    read -rt 5 _ status _ <&9
    case $status in 2??) ;; *) exit 1 ;; esac
  ) 2> /dev/null
}
#: end
#: if socket
# Whether something listens on the Unix socket $1 (the kernel has it as it was bound, so perhaps relative).
__sidecar_socket() {
  local line lines=()
  case $1 in /*) ;; *) set -- "$HOME/$1" ;; esac
  [ -S "$1" ] && mapfile -t lines < /proc/net/unix
  for line in "${lines[@]}"; do
    case $line in *' 00010000 '*[\ /]"${1##*/}") return 0 ;; esac
  done
  return 1
}
#: end
