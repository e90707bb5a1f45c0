#!/bin/bash
# Sets the app's port behind its proxies to $1, in all variables that have it.
__sidecar_app_port() {
  local head tail
  # Without PORT, there is no proxy.
  [ "${PORT-}" ] || return 0
  export PORT=$1 VCAP_APP_PORT=$1
  case ${VCAP_APPLICATION-} in
    *'"port":'*)
      head=${VCAP_APPLICATION%%'"port":'*}
      tail=${VCAP_APPLICATION#*'"port":'}
      tail=${tail# }
      export VCAP_APPLICATION="$head\"port\":$1${tail#"${tail%%[!0-9]*}"}"
      ;;
  esac
}
