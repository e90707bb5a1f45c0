#!/bin/bash
# Whether to pass options in JAVA_TOOL_OPTIONS, which every JVM reads, instead of JAVA_OPTS, which the start command must
# pass on: if neither the start command $1 nor the script that it runs uses JAVA_OPTS, and it is certainly the app's: a
# task, which has no process type and no sidecars, or the start command that staging found. Otherwise it may be a sidecar
# of the app manifest, whose JVM must not get the options.
__sidecar_tool_options() {
  case $1 in *JAVA_OPTS* | '') return 1 ;; esac
  local file=${1#exec } text='' at letter
  file=${file%%[[:space:]]*}
  if [ -f "$file" ] && [ -r "$file" ]; then
    LC_ALL=C read -rN 16384 text < "$file"
    case $text in *JAVA_OPTS*) return 1 ;; esac
  fi
  case ${VCAP_APPLICATION-} in
    '') return 1 ;;
    *'"process_type":'*) ;;
    *) return 0 ;;
  esac
  # As JSON, as the platform stores it.
  text=''
  for ((at = 0; at < ${#1}; at++)); do
    letter=${1:at:1}
    case $letter in
      [\"\\]) text+=\\$letter ;;
      '<') text+='\u003c' ;;
      '>') text+='\u003e' ;;
      '&') text+='\u0026' ;;
      $'\n') text+='\n' ;;
      $'\t') text+='\t' ;;
      *) text+=$letter ;;
    esac
  done
  local line lines=()
  [ ! -r "$DEPS_DIR"/../staging_info.yml ] || mapfile -t lines < "$DEPS_DIR"/../staging_info.yml
  for line in "${lines[@]}"; do
    case $line in *"\"start_command\":\"$text\""*) return 0 ;; esac
  done
  return 1
}
