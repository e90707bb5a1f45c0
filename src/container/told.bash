#!/bin/bash
# In the container's file system, but not one of its processes: starts the program that the arguments are, says its pid
# on descriptor 3, and lets it go on once a line comes back. Then it waits, to tell how the program ended.
# Started without job control, the program would begin with SIGINT and SIGQUIT ignored; waited for with it, a stopped
# program would count as ended, and `wait -f` never returns for one that has ended before.
set -m
{
  read -r _ <&3 || exit 1
  exec 3>&- "$@"
} &
set +m
echo $! >&3
exec 3>&- > /dev/null 2>&1
wait $!
