# Stands by while an instance runs, to clean up when whoever runs it is killed outright: $1 is the instance's GUID, $2
# its cgroup's folder or empty, $3 its own folder. A line: there is nothing to clean up. The end of the input without
# one: whoever would have written it has ended.
trap '' HUP INT TERM
read -r _ && exit 0
guid=$1 cgroup=$2 folder=$3

# Only those that carry the instance's own variable, or are in its cgroup.
instance_pids() {
  [ -z "$cgroup" ] || cat "$cgroup/cgroup.procs" 2>/dev/null
  local environment
  # shellcheck disable=SC2013 # paths below /proc have no blanks
  for environment in $(grep -lazxsF -- "INSTANCE_GUID=$guid" /proc/[0-9]*/environ); do
    environment=${environment#/proc/}
    echo "${environment%/environ}"
  done
}

for ((tries = 0; tries < 100; tries++)); do
  mapfile -t pids < <(instance_pids)
  [ "${#pids[@]}" -gt 0 ] || break
  kill -9 "${pids[@]}" 2>/dev/null
  sleep 0.05
done
[ -z "$cgroup" ] || rmdir "$cgroup" 2>/dev/null
rm -rf -- "$folder"
