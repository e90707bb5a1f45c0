#!/bin/bash
# Enlarges the metaspace of the app's JVM for $2 more classes than its start command $1 passes to the memory calculator
# (Java buildpack 5.x: --loaded-class-count, 4.x: -loadedClasses), unless the options set its size.
__sidecar_metaspace() {
  local classes per_class=@perClass@ base=@base@
  case "$1 ${JAVA_OPTS-} ${JBP_CONFIG_JAVA_OPTS-}" in *-XX:MaxMetaspaceSize=*) return 0 ;; esac
  case $1 in
    *' --loaded-class-count='*) classes=${1#*' --loaded-class-count='} ;;
    *' -loadedClasses='*) classes=${1#*' -loadedClasses='} ;;
    *) return 0 ;;
  esac
  classes=${classes%%[!0-9]*}
  case $classes in '' | ?????????*) return 0 ;; esac
  # The calculators' rule, in whole KiB.
  export JAVA_OPTS="-XX:MaxMetaspaceSize=$((((10#$classes + $2) * per_class + base + 1023) / 1024))K${JAVA_OPTS:+ $JAVA_OPTS}"
}
