# Stands by while an instance runs, to clean up when whoever runs it is killed outright.
# Reads one line for each instance: its GUID, its cgroup's folder (or -), its container's folder, the file that
# tells of it. An empty line: nothing runs. The end of the input: whoever wrote the lines has ended.
trap '' HUP INT TERM
instance=
while IFS= read -r line; do instance=$line; done
[ -n "$instance" ] || exit 0
IFS=$'\t' read -r guid cgroup container record <<<"$instance"

# Only those that carry the instance's own variable, or are in its cgroup.
instance_pids() {
  [ "$cgroup" = - ] || cat "$cgroup/cgroup.procs" 2>/dev/null
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
[ "$cgroup" = - ] || rmdir "$cgroup" 2>/dev/null
rm -rf -- "$container" "$record"
