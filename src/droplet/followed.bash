#!/bin/bash
# Whether a sidecar that starts after this one still runs: it must stop first.
__followed() {
  local mark pid state marks=(@followers@)
  for mark in "${marks[@]}"; do
    { read -r pid _ < "$mark" && read -r state < "/proc/$pid/stat"; } 2> /dev/null || continue
    # Ignores a zombie: it has ended, but its parent has not waited for it yet.
    case ${state##*) } in Z*) ;; *) return 0 ;; esac
  done
  return 1
}
