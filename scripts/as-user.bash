#!/bin/bash
# as-user.bash COMMAND…: runs the command in a copy of this checkout as an ordinary user. Root makes the user sidecar-ci;
# whoever calls this as an ordinary user runs the command right here.
set -eu
cd "$(dirname "$0")/.."
[ "$(id -u)" = 0 ] || exec "$@"
id sidecar-ci > /dev/null 2>&1 || useradd --create-home sidecar-ci
copy=$(mktemp -d /home/sidecar-ci/checkout-XXXXXX)
trap 'rm -rf "$copy"' EXIT
cp -a . "$copy"
chown -R sidecar-ci: "$copy"
# The user may not write to the file $MEASURES: the figures are appended to it afterwards.
figures=${MEASURES:+$copy/figures}
# An npm that runs this script has set its cache and its settings, which the user may not write or read.
unset "${!npm_@}"
status=0
# shellcheck disable=SC2016 # the inner bash expands them
runuser -u sidecar-ci -- env HOME=/home/sidecar-ci MEASURES="$figures" bash -c 'cd "$0" && "$@"' "$copy" "$@" || status=$?
if [ -n "$figures" ] && [ -e "$figures" ]; then cat "$figures" >> "$MEASURES"; fi
exit "$status"
