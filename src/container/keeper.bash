#!/bin/bash
# Outside of the container: holds the directory $1 for the process at the other end of its standard input, which makes
# it. The rest of the arguments starts the container, which reads that input too. When the container has ended and the
# input is closed, on purpose or because that process was killed, it removes the directory and the cgroup that the file
# `cgroup` in it names.
trap '' HUP INT TERM
folder=$1
shift
# Without `<&0` a background job reads from /dev/null.
"$@" <&0 &
echo $!
wait $!
exec > /dev/null 2>&1
# The parent process still uses the directory, even if the container did not start.
while read -r _; do :; done
cgroup=
[ -e "$folder/cgroup" ] && read -r cgroup < "$folder/cgroup"
# The app may have changed the permissions of its files.
rm -rf -- "$folder" || { chmod -R u+rwX -- "$folder"; rm -rf -- "$folder"; }
for ((tries = 0; tries < 100; tries++)); do
  [ -e "$cgroup" ] || break
  ! rmdir -- "$cgroup" || break
  sleep 0.02
done
