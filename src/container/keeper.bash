#!/bin/bash
# Outside of the container: starts it, says its pid, and removes its folder, $1, once it has ended, even when whoever
# started this is gone by then. $2 is a cgroup to be removed as well, or empty. The rest starts the container.
trap '' HUP INT TERM
folder=$1 cgroup=$2
shift 2
"$@" <&0 &
echo $!
wait $!
exec > /dev/null 2>&1
remove() {
  rm -rf -- "$folder"
}
# The app may have taken itself the right to remove what it left.
remove || { chmod -R u+rwX -- "$folder"; remove; }
for ((tries = 0; tries < 100; tries++)); do
  [ -n "$cgroup" ] && ! rmdir -- "$cgroup" || break
  [ -e "$cgroup" ] || break
  sleep 0.02
done
