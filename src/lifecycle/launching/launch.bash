# shellcheck disable=SC1090,SC1091,SC2086,SC2164 # The script of the platform's launcher, unchanged: $1 is the app directory, $2 the start command.
cd "$1"
# Profiles are sourced, not run: they see $1 and $2, and their changes of the shell are kept. The line numbers below are
echo 'Invoking pre-start scripts.'
# those of the launcher, because bash prints them when a profile cannot be sourced; so is the name of the loop variable.
if [ -n "$(ls ../profile.d/* 2> /dev/null)" ]; then
  for env_file in ../profile.d/*; do # in the order of LANG; a name with a space is split, as on the platform
    source $env_file
  done
fi
# The app's own:
if [ -n "$(ls .profile.d/* 2> /dev/null)" ]; then
  for env_file in .profile.d/*; do
    source $env_file
  done
fi

if [ -f .profile ]; then
  source .profile
fi

shift

echo 'Invoking start command.'

exec @ENTRYPOINT@ "$@"
