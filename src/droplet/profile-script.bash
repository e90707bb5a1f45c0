#!/bin/bash
# shellcheck disable=SC2016,SC2034,SC2043,SC2317
# Written by Sidecar Buildpack (deps index @index@). Sourced before the app and before each sidecar starts; leaves the
# shell unchanged except for its variables. Sourcing it twice has the same effect as once.

#: if waits
#: include wait-for
#: end
#: if credentials
#: include credentials
#: end
#: if memory
#: include reserve-memory
#: end
#: if ports
#: include app-port
#: end
#: if javaOptions
#: include java-options
#: end
#: if javaWord
#: include java-word
#: end
#: if metaspace
#: include metaspace
#: end
__sidecar_profile() {
  # The function restores shell options when it returns.
  local -
  set +efux
  local IFS=$' \t\n'
  unset SIDECARS_CREDENTIALS
  #: if app
  local __word __words=()
  # The launcher's arguments, in case an earlier script has changed the positional parameters.
  [ ! -r /proc/self/cmdline ] || mapfile -d '' -t __words < /proc/self/cmdline
  for __word in "${2-}" "${__words[@]}"; do
    case $__word in
      @startCommands@) return 0 ;;
      #: if others
      @others@) return 0 ;;
      #: end
    esac
  done
  #: end
  #: if path
  # At the end, so that the app finds its own programs first.
  for __word in @path@; do
    #: if deps
    [ -e "$__word" ] || continue
    [ -d "$__word" ] || __word=${__word%/*}
    #: end
    case :${PATH-}: in *:"$__word":*) ;; *) export PATH="${PATH:+$PATH:}$__word" ;; esac
  done
  #: end
  #: if types
  local __type=${VCAP_APPLICATION-} __credentials=() __pause=''
  __type=${__type#*'"process_type":'}
  __type=${__type# }
  #: end
  #: if memory
  @memory@
  #: end
  #: if ports
  local __port
  #: include instance-port
  @ports@
  #: end
  #: if java
  @java@
  #: end
  #: if appEnv
  @appEnv@
  #: end
  #: if waits
  @waits@
  [ ! "${__pause-}" ] || exec {__pause}>&-
  #: end
  return 0
}
__sidecar_profile "$@"
unset -f @functions@
