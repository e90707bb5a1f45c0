#!/bin/bash
# In the container, still as the user of the machine: sets the limits, becomes vcap, and starts a program there.
# $1 is `told` where the program's pid goes to descriptor 3 first, and it starts once a line comes back: this shell then
# stays, outside of the container's processes, to tell how it ended. $2 and $3 are the limits of files and processes,
# $4 the working directory. The rest becomes vcap and starts the program.
start() {
  local name
  ulimit -n "$2" 2> /dev/null
  ulimit -u "$3" 2> /dev/null
  cd -- "$4" || exit 1
  # What would have changed this shell, or a program on the way, was put away.
  for name in "${!__container_@}"; do
    export -- "${name#__container_}=${!name}"
    unset -- "$name"
  done
  unset SHLVL OLDPWD
  exec "${@:5}"
}
[ "$1" = told ] || start "$@"
# Job control: without it the program would begin with SIGINT and SIGQUIT ignored.
set -m
{
  read -r _ <&3 || exit 1
  exec 3>&-
  start "$@"
} &
echo $! >&3
exec 3>&- > /dev/null 2>&1
wait -f $!
