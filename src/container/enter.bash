#!/bin/bash
# Runs in the container's file system, as vcap. Starts a program with the limits for open files, $2, and processes, $3, in
# the directory $4. $5 is the program's argv[0]; the program and its arguments follow.
become() {
  ulimit -n "$2" 2> /dev/null
  ulimit -u "$3" 2> /dev/null
  cd -- "$4" || exit 1
  # Restore variables that were renamed because they change the shell or the tools.
  for __put_away in "${!__container_@}"; do
    export -- "${__put_away#__container_}=${!__put_away}"
    unset -- "$__put_away"
  done
  unset OLDPWD __put_away
  exec -a "$5" "${@:6}"
}

# `alone`: this process becomes the program.
[ "$1" != alone ] || become "$@"

# `told`: this is not one of the container's processes, the program is. `tell`: so it is, and the other arguments are what
# starts the program. It says the program's pid on descriptor 3, and
# lets it go on once a line comes back. Then it waits, to tell how the program ended. Started without job control, the
# program would begin with SIGINT and SIGQUIT ignored; waited for with it, a stopped program would count as ended, and
# `wait -f` never returns for one that has ended before.
set -m
{
  read -r _ <&3 || exit 1
  exec 3>&-
  [ "$1" = told ] || exec "${@:2}"
  become "$@"
} &
set +m
echo $! >&3
exec 3>&- > /dev/null 2>&1
wait $!
