#!/bin/bash
# Whether something listens on TCP port $1 of this container: as the kernel's tables have it, without a connection.
# (Each table costs the kernel some 2 ms, hence the pauses between two looks.)
__sidecar_listens() {
  local port table lines
  printf -v port %04X "$1"
  for table in /proc/net/tcp /proc/net/tcp6; do
    [ -r "$table" ] || continue
    mapfile -t lines < "$table"
    case "${lines[*]}" in
      *":$port 00000000:0000 0A "* | *":$port 00000000000000000000000000000000:0000 0A "*) return 0 ;;
    esac
  done
  return 1
}
