#!/bin/bash
# Outside of the container: makes the folder $1, and removes it in the end, even when whoever started this is gone by
# then. The rest of the arguments starts the container. It reads lines: `cgroup PATH` names a cgroup to be removed as
# well, `start` starts the container and says the pid of who holds it; the container ends when the input does.
trap '' HUP INT TERM
folder=$1 cgroup=
shift
mkdir -m 700 -- "$folder" || exit 1
echo made
while read -r what path; do
  case $what in
    cgroup) cgroup=$path ;;
    start)
      "$@" <&0 &
      echo $!
      wait $!
      break
      ;;
  esac
done
exec > /dev/null 2>&1
# The app may have taken itself the right to remove what it left.
rm -rf -- "$folder" || { chmod -R u+rwX -- "$folder"; rm -rf -- "$folder"; }
for ((tries = 0; tries < 100; tries++)); do
  [ -e "$cgroup" ] || break
  ! rmdir -- "$cgroup" || break
  sleep 0.02
done
