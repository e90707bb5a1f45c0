#!/bin/bash
# The first process of a container. It waits for a line, which means that the root file system is prepared, and mounts it:
# $1 is the new root directory, $2 the table of mounts, $3 the host name. With `user` as $4, the mounts belong to a user
# namespace, and a second one makes its user vcap. Then it reads commands until `run` closes its standard input.
PATH=/usr/sbin:/usr/bin:/sbin:/bin
read -r _ || exit 1
# Root writes the host name directly, which saves a process; in a user namespace, only the program hostname may.
{ printf '%s' "$3" > /proc/sys/kernel/hostname || hostname "$3"; } 2> /dev/null
# Sources that cannot be mounted, for example an unreachable network file system, are missing in the container.
problems=$(mount -n -a -T "$2" 2>&1)
if ! [ -e "$1/proc/self" ] || ! [ -e "$1/dev/null" ]; then
  printf '%s\n' "${problems:-nothing was mounted}" >&2
  exit 1
fi
for tool in bin/bash bin/umount usr/bin/nsenter usr/bin/setpriv usr/bin/unshare; do
  [ -x "$1/$tool" ] || { echo "the root file system has no /$tool" >&2; exit 1; }
done
cd "$1" && pivot_root . . && umount -n -l . && cd / || exit 1
init='exec -a /tmp/garden-init /bin/bash -p'
if [ "$4" = user ]; then
  exec unshare --user --map-user=2000 --map-group=2000 /bin/bash -pc "$init"
fi
eval "$init"
