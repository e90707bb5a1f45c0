#!/bin/bash
# Whether something listens on TCP port $1 of this container: as the kernel's tables have it, without a connection.
__sidecar_listens() {
  local port tables=() table
  printf -v port %04X "$1"
  for table in /proc/net/tcp /proc/net/tcp6; do
    [ ! -r "$table" ] || mapfile -t -O "${#tables[@]}" tables < "$table"
  done
  case "${tables[*]}" in
    *":$port 00000000:0000 0A "* | *":$port 00000000000000000000000000000000:0000 0A "*) return 0 ;;
  esac
  return 1
}
