#!/bin/bash
# Whether something listens on the Unix socket $1 (the kernel lists the path as it was bound, perhaps relative).
__sidecar_socket() {
  local line lines=()
  case $1 in /*) ;; *) set -- "$HOME/$1" ;; esac
  [ -S "$1" ] && mapfile -t lines < /proc/net/unix
  for line in "${lines[@]}"; do
    case $line in *' 00010000 '*[\ /]"${1##*/}") return 0 ;; esac
  done
  return 1
}
