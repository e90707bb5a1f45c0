#!/bin/bash
# Enlarges the metaspace of the app's JVM for $2 more classes than its start command $1 passes to the memory calculator
# (Java buildpack 5.x: --loaded-class-count, 4.x: -loadedClasses), unless the options set its size. For $3 classes, earlier
# buildpacks of ours have enlarged it already.
__sidecar_metaspace() {
  local classes size before earlier=${3:-0} per_class=@perClass@ base=@base@
  case $1 in
    *' --loaded-class-count='*) classes=${1#*' --loaded-class-count='} ;;
    *' -loadedClasses='*) classes=${1#*' -loadedClasses='} ;;
    *) return 0 ;;
  esac
  classes=${classes%%[!0-9]*}
  case $classes in '' | ?????????*) return 0 ;; esac
  # The calculators' rule, in whole KiB.
  before=-XX:MaxMetaspaceSize=$((((10#$classes + earlier) * per_class + base + 1023) / 1024))K
  size=-XX:MaxMetaspaceSize=$((((10#$classes + $2 + earlier) * per_class + base + 1023) / 1024))K
  case "$earlier $1 ${JAVA_OPTS-} ${JBP_CONFIG_JAVA_OPTS-} " in
    [1-9]*" $before "*) export JAVA_OPTS="${JAVA_OPTS/"$before"/"$size"}" ;;
    *-XX:MaxMetaspaceSize=*) ;;
    *) export JAVA_OPTS="$size${JAVA_OPTS:+ $JAVA_OPTS}" ;;
  esac
}
