#!/bin/bash
# Whether something listens on TCP port $1 of this container: as the kernel's tables have it, without a connection.
# A table begins with what listens. For the connections after that the kernel walks hundreds of thousands of slots, some
# 2 ms, and once more to say that the table has ended. So it is read in pieces, each shorter than what follows the state
# in a line, no further than the first connection, and never beyond as many lines as sockstat says there are sockets.
__sidecar_listens() {
  local port left text part of
  printf -v port %04X "$1"
  for of in '' 6; do
    read -rd '' left < "/proc/net/sockstat$of"
    left=${left#*"TCP$of: inuse "} text=''
    left=${left%%[!0-9]*}
    # Where sockstat is not to be had, the end of the table is its end.
    while ((${left:--1})) && read -rN 70 part; do
      text+=$part
      case $text in
        *":$port "*':0000 0A '*) return 0 ;;
        *:????' 0A '*) text='' left=$((left - 1)) ;;
        *:????' 0'?' '*) break ;;
      esac
    done < "/proc/net/tcp$of"
  done 2> /dev/null
  return 1
}
