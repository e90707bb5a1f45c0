# Waits while an instance runs, and cleans up if its `run` is killed: $1 is the instance's GUID, $2 its cgroup's directory
# or empty, $3 its directory. A line on the input means that there is nothing to clean up. If the input ends without a
# line, `run` was killed.
trap '' HUP INT TERM
read -r _ && exit 0
guid=$1 cgroup=$2 folder=$3

# Only processes with the instance's variable, or in its cgroup.
instance_pids() {
  [ -z "$cgroup" ] || cat "$cgroup/cgroup.procs" 2>/dev/null
  local environment
  # shellcheck disable=SC2013 # paths below /proc have no spaces
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
