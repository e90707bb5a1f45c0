#!/bin/bash
# usage: take-program.sh PROGRAM DIRECTORY
# Copies an installed program to DIRECTORY, and its shared libraries to DIRECTORY/lib, except the C library, which every stack
# has. Run it on a machine that is not newer than the stack: staging checks that.
set -euo pipefail
program=$(PATH=$PATH:/usr/sbin type -P "$1") || { echo "$1 not found: install it with apt-get" >&2; exit 1; }
mkdir -p "$2/lib"
cp -L "$program" "$2/"
ldd "$program" | awk '/=> \// { print $3 }' | grep -vE '/lib(c|m|dl|rt|pthread|resolv)\.so\.' |
  xargs -r cp -L -t "$2/lib"
echo "$2: $1 and $(find "$2/lib" -type f | wc -l) libraries"
