#!/bin/bash
# shellcheck disable=SC2016
# Starts the sidecar in @folder@; written by Sidecar Buildpack.
#: if proxy
type=${VCAP_APPLICATION-}
type=${type#*'"process_type":'}
type=${type# }
@ports@
unset type
[ "${PORT-}" ] || { echo "sidecar "@name@": a proxy needs PORT, which the platform does not give to this process" >&2; exit 1; }
export PORT APP_PORT
#: end
#: if home
export SIDECAR_HOME="$DEPS_DIR"/@index@/sidecars/@folder@
export PATH="$SIDECAR_HOME${PATH:+:$PATH}"
#: end
#: if credentials
#: include credentials
#: end
#: if env
@env@
#: end
#: if credentials
unset credentials
#: end
#: if jar
java=java
for candidate in "${JAVA_HOME:+$JAVA_HOME/bin/java}" "$HOME"/.java-buildpack/*/bin/java; do
  [ ! -x "$candidate" ] || { java=$candidate; break; }
done
hash "$java" 2> /dev/null || {
  echo "sidecar "@name@": no java in \$JAVA_HOME, in $HOME/.java-buildpack or on PATH" >&2
  exit 127
}
#: if javaOptions
options=()
# JAVA_OPTS, split as a shell reads quotes, with nothing expanded.
word='' open='' quoted=''
for ((at = 0; at < ${#JAVA_OPTS}; at++)); do
  letter=${JAVA_OPTS:at:1}
  case $quoted:$letter in
    \':\' | \":\") quoted='' ;;
    :\' | :\") quoted=$letter open=1 ;;
    :\\ | \":\\)
      at=$((at + 1))
      case $quoted${JAVA_OPTS:at:1} in \"[!\"\\\$\`]) word+=\\ ;; esac
      word+=${JAVA_OPTS:at:1} open=1
      ;;
    :[[:space:]]) [ ! "$open" ] || options+=("$word"); word='' open='' ;;
    *) word+=$letter open=1 ;;
  esac
done
[ ! "$open" ] || options+=("$word")
#: end
#: end
#: if workingDir
cd -- "$HOME"/@workingDir@ || exit 1
#: end
#: if pause
# A pipe that never holds anything: `read -t` sleeps on it without a process.
exec {pause}<> <(:)
wait "$!"
#: end
#: if waits
#: include listens
until __sidecar_listens "$APP_PORT"; do read -rt 0.02 -u "$pause" _; done
#: end
set -- @command@
#: if hide
unset -v @hide@
#: end
#: if supervised
#: include supervise
#: end
#: if bare
#: if waits
exec {pause}>&-
#: end
exec "$@"
#: end
