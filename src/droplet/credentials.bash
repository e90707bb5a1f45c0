#!/bin/bash
# Credentials of bound services, each followed by NUL. Arguments: the sidecar that needs them, then a service and a
# credential in turn. Runs in a subshell only.
__sidecar_credentials() {
  local perl=/usr/bin/perl
  [ -x "$perl" ] || perl=perl
  hash "$perl" 2> /dev/null || { echo "sidecar $1: perl not found; it is required to look up bound services" >&2; return 1; }
  # What the app sets for its own Perl, and a locale that is not installed, would change the program or its output.
  unset -v "${!PERL@}"
  LC_ALL=C exec "$perl" "$DEPS_DIR"/@index@/credentials.pl "$@"
}
