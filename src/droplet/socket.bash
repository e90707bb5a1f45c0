#!/bin/bash
# Whether something listens on the Unix socket $1, which may be relative to the app root. The kernel lists the path as it was
# bound, perhaps relative. In a start script, __app is the app root, because `env` may change DEPS_DIR.
__sidecar_socket() {
  local line lines=()
  case $1 in /*) ;; *) set -- "${__app-${DEPS_DIR%/*}/app}/$1" ;; esac
  [ -S "$1" ] && mapfile -t lines < /proc/net/unix
  for line in "${lines[@]}"; do
    case $line in *' 00010000 '*[\ /]"${1##*/}") return 0 ;; esac
  done
  return 1
}
