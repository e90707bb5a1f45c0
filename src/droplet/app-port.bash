#!/bin/bash
# Behind its proxies the app listens on $1, wherever it looks for it.
__sidecar_app_port() {
  local head tail
  # Without PORT there is no proxy.
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
