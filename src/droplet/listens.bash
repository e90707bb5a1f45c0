#!/bin/bash
# Whether something listens on TCP port $1 of this container, according to the kernel's tables, without a connection.
# A table starts with listening sockets. For the connections after them, the kernel walks hundreds of thousands of slots,
# which takes about 2 ms, and again for the end of the table. So it is read in pieces, each shorter than the part of a line
# after the state, only up to the first connection, and never beyond the number of sockets in sockstat. A listening socket takes
# the kernel some milliseconds too; most programs listen in the table of IPv6 (for both), so it comes first.
__sidecar_listens() {
  local port left text part of
  printf -v port %04X "$1"
  for of in 6 ''; do
    read -rd '' left < "/proc/net/sockstat$of"
    left=${left#*"TCP$of: inuse "} text=''
    left=${left%%[!0-9]*}
    # Without sockstat, read to the end of the table.
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
