#!/bin/bash
# Whether a sidecar that starts after this one still runs: it has to stop before.
__followed() {
  local mark pid state marks=(@followers@)
  for mark in "${marks[@]}"; do
    { read -r pid _ < "$mark" && read -r state < "/proc/$pid/stat"; } 2> /dev/null || continue
    # Not one that has ended, and of which only its parent has to take note.
    case ${state##*) } in Z*) ;; *) return 0 ;; esac
  done
  return 1
}
