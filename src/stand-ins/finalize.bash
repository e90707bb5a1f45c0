#!/bin/bash
# The last buildpack of a staging gathers the profile.d scripts of those before it, as libbuildpack does.
set -eu
mkdir -p "$5"
for script in "$3"/*/profile.d/*; do
  [ ! -f "$script" ] || cp "$script" "$5/$(basename "$(dirname "$(dirname "$script")")")_${script##*/}"
done
cp -R "$(dirname "$0")/../files/." "$3/$4"
