#!/bin/bash -p
# shellcheck disable=SC2016,SC2034,SC2064
# Written by Sidecar Buildpack.
#: if types
__type=${VCAP_APPLICATION-}
__type=${__type#*'"process_type":'}
__type=${__type# }
#: end
#: if proxy
[ "${PORT-}" ] || { echo "sidecar "@name@": a proxy requires PORT, which is not set" >&2; exit 1; }
#: include instance-port
@ports@
export PORT APP_PORT
#: end
# The -p above: BASH_ENV, SHELLOPTS, BASHOPTS and exported functions of the app must not change this script, which `set -eu`
# would end. An exported SHELLOPTS would hand -p on to the command, which may need BASH_ENV.
set +p
# The app root is not taken from HOME, which .profile may change.
__deps=$DEPS_DIR __app=${DEPS_DIR%/*}/app
# A pipe that is always empty: `read -t` sleeps on it without a process.
#: if supervised
exec {__pause}<> <(:)
wait "$!"
#: end
#: if pausing
__pause=''
#: end
#: if listens
#: include listens
#: end
#: if get
#: include get
#: end
#: if socket
#: include socket
#: end
#: if after
#: include after
@after@
#: end
#: if ordered
__mark=@mark@
#: end
# The platform's values, because `env` may change them for the sidecar.
#: if deps
__looked='' __found=()
for __each in "$__deps"/[0-9]*; do
  [ "${__each##*/}" != @index@ ] || continue
  __each+=/@depsPath@ __looked+=" $__each"
  [ ! -e "$__each" ] || __found+=("$__each")
done
case ${#__found[@]} in
  1) __home=${__found[0]} ;;
  0) echo "sidecar "@name@": source.deps not found, looked at:$__looked" >&2; exit 1 ;;
  *) echo "sidecar "@name@": source.deps found more than once: ${__found[*]}" >&2; exit 1 ;;
esac
#: if file
[ ! -d "$__home" ] || {
  echo "sidecar "@name@": $__home is a directory; add executable to its source" >&2
  exit 1
}
#: end
[ -d "$__home" ] || __home=${__home%/*}
#: end
#: if home
export SIDECAR_HOME=@home@
export PATH="$SIDECAR_HOME${PATH:+:$PATH}"
#: end
#: if libraries
export LD_LIBRARY_PATH="$SIDECAR_HOME"/@libraryDir@"${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"
#: end
#: if credentials
#: include credentials
#: end
#: if env
@env@
#: end
#: if jar
__java=java
for __each in "${JAVA_HOME:+$JAVA_HOME/bin/java}" "$__app"/.java-buildpack/*/bin/java; do
  [ ! -x "$__each" ] || { __java=$__each; break; }
done
hash "$__java" 2> /dev/null || {
  echo "sidecar "@name@": no java in \$JAVA_HOME, in $__app/.java-buildpack or on PATH" >&2
  exit 127
}
# As the Java buildpacks do for the app: glibc gives threads up to eight arenas per core, and a cell has many cores.
export MALLOC_ARENA_MAX=${MALLOC_ARENA_MAX-2}
#: if collector
# Our garbage collector option, unless a variable that the JVM reads has one: with two, it does not start.
__collector=@collector@
__told="${JAVA_TOOL_OPTIONS-} ${JDK_JAVA_OPTIONS-} ${_JAVA_OPTIONS-}"
#: if javaOptions
__told+=" $JAVA_OPTS"
#: end
[[ ! $__told =~ -XX:\+Use[A-Za-z0-9]+GC([[:space:]\"\']|$) ]] || __collector=''
#: end
#: if javaOptions
__options=()
# JAVA_OPTS, split as a shell reads quotes, with nothing expanded. __in is the quote that is open.
__word='' __open='' __in=''
for ((__at = 0; __at < ${#JAVA_OPTS}; __at++)); do
  __char=${JAVA_OPTS:__at:1}
  case $__in:$__char in
    \':\' | \":\") __in='' ;;
    :\' | :\") __in=$__char __open=1 ;;
    :\\ | \":\\)
      ((++__at))
      case $__in${JAVA_OPTS:__at:1} in \"[!\"\\\$\`]) __word+=\\ ;; esac
      __word+=${JAVA_OPTS:__at:1} __open=1
      ;;
    :[[:space:]]) [ ! "$__open" ] || __options+=("$__word"); __word='' __open='' ;;
    *) __word+=$__char __open=1 ;;
  esac
done
[ ! "$__open" ] || __options+=("$__word")
#: end
#: end
#: if workingDir
cd -- "$__app"/@workingDir@ || exit 1
#: end
#: if waits
until __sidecar_listens "$APP_PORT"; do
  #: if bare
  [ "$__pause" ] || { exec {__pause}<> <(:) && wait "$!"; }
  #: end
  read -rt 0.025 -u "$__pause" _
done
#: end
set -- @command@
#: if hide
unset -v @hide@
#: end
# Where the app's PATH and LD_LIBRARY_PATH are hidden, the sidecar's own directories are not.
#: if ownPath
export PATH=@home@:/usr/local/bin:/usr/bin:/bin
#: end
#: if ownLibraries
export LD_LIBRARY_PATH=@home@/@libraryDir@
#: end
#: if supervised
#: include supervise
#: end
#: if bare
#: if pausing
[ ! "$__pause" ] || exec {__pause}>&-
#: end
#: if ordered
echo "$$" > "$__mark"
#: end
exec "$@"
#: end
