#!/bin/bash
# Whether options reach the JVM by JAVA_TOOL_OPTIONS, which every JVM reads, and not by JAVA_OPTS, which only those who
# start one can pass on: the start command $1 does not name JAVA_OPTS, nor does the script that it runs, and it is
# the app's own beyond doubt: a task, which has no process type and no sidecars, or the start command that staging
# found. A sidecar of the app manifest looks like the app otherwise; on its JVM they must not land.
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
  # As JSON, in which the platform keeps it.
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
