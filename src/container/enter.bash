#!/bin/bash
# In the container, as vcap: sets the limits of files, $1, and processes, $2, and becomes the program in the directory $3.
# $4 is the name that the program is given, the rest the program and its arguments.
ulimit -n "$1" 2> /dev/null
ulimit -u "$2" 2> /dev/null
cd -- "$3" || exit 1
# What would have changed this shell, or a program on the way, was put away.
for name in "${!__container_@}"; do
  export -- "${name#__container_}=${!name}"
  unset -- "$name"
done
unset OLDPWD
exec -a "$4" "${@:5}"
