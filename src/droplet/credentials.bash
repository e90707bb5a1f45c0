#!/bin/bash
# Prints credentials of bound services, each followed by NUL (credentials.pl). Runs in a subshell only.
__sidecar_credentials() {
  PATH=/usr/bin:$PATH LC_ALL=C
  hash perl 2> /dev/null || { echo "sidecar $1: perl not found; it is required to look up bound services" >&2; return 1; }
  # The app's own Perl settings would change the program.
  unset -v "${!PERL@}"
  export LC_ALL
  exec perl "$DEPS_DIR"/@index@/credentials.pl "$@"
}
