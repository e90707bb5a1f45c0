#!/bin/bash
# Subtracts $1 bytes, the sidecars' memory, from MEMORY_LIMIT and VCAP_APPLICATION, unless the platform has done it: then
# MEMORY_LIMIT plus the sidecars' memory fits into the container.
__sidecar_reserve_memory() {
  local script=${DEPS_DIR-}/@index@ each
  for each in "${DEPS_DIR-}"/*/profile.d/@script@; do [ ! -f "$each" ] || script=${each%/profile.d/*}; done
  # If there are several of our buildpacks, the last one subtracts for the sidecars of all.
  [ "${script##*/}" = @index@ ] || return 0

  local limit=${MEMORY_LIMIT-} number fraction='' unit
  number=${limit%%[!0-9]*}
  limit=${limit#"$number"}
  case $limit in .*) fraction=${limit#.}; fraction=${fraction%%[!0-9]*}; limit=${limit#".$fraction"} fraction=${fraction:0:6} ;; esac
  case $limit in
    '' | [Bb]) unit=1 ;;
    [Kk]*) unit=1024 ;;
    [Mm]*) unit=1048576 ;;
    [Gg]*) unit=1073741824 ;;
    [Tt]*) unit=1099511627776 ;;
    *) return 0 ;;
  esac
  case $number in '' | ????????????????*) return 0 ;; esac
  limit=$((10#$number * unit + 10#0$fraction * unit / 10 ** ${#fraction}))

  local container=0 line lines=() path file value
  [ ! -r /proc/self/cgroup ] || mapfile -t lines < /proc/self/cgroup
  for line in "${lines[@]}"; do
    path=${line#*:*:}
    line=${line#*:}
    case ,${line%%:*}, in
      ,,) file=memory.max line=/sys/fs/cgroup ;;
      *,memory,*) file=memory.limit_in_bytes line=/sys/fs/cgroup/memory ;;
      *) continue ;;
    esac
    # The smallest limit up to the root applies; `max` and 18 digits mean no limit.
    while :; do
      value=
      [ ! -r "$line$path/$file" ] || read -r value < "$line$path/$file"
      case $value in
        '' | *[!0-9]* | ??????????????????*) ;;
        *) ((container && container <= value)) || container=$value ;;
      esac
      [ "${path%/}" ] || break
      path=${path%/*}
    done
  done

  ((container && limit + $1 > container)) || return 0
  ((limit <= container)) || limit=$container
  limit=$((limit - $1))
  ((limit > 0)) || return 0
  value=$((limit / 1048576))
  ((limit % 1048576)) && MEMORY_LIMIT=$((limit / 1024))k || MEMORY_LIMIT=${value}m
  export MEMORY_LIMIT

  local application=${VCAP_APPLICATION-} head tail
  head=${application%%'"limits":'*}
  tail=${application#"$head"}
  case ${tail%%\}*} in
    *'"mem":'*)
      head+=${tail%%'"mem":'*}
      tail=${tail#*'"mem":'}
      tail=${tail# }
      export VCAP_APPLICATION="$head\"mem\":$value${tail#"${tail%%[!0-9]*}"}"
      ;;
  esac
}
