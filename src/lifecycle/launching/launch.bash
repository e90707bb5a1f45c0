# shellcheck disable=SC1090,SC1091,SC2086,SC2164 # What the platform's launcher runs in one bash, as it is there: $1 is the app dir, $2 the start command.
cd "$1"
# Profiles are sourced, not run: they see $1 and $2, and what they do to the shell stays. The line numbers below are
echo 'Invoking pre-start scripts.'
# those of the launcher, since bash tells them when a profile cannot be sourced; so is the name of the loop's variable.
if [ -n "$(ls ../profile.d/* 2>/dev/null)" ]; then
  for env_file in ../profile.d/*; do # in the order of LANG; a name with a blank falls apart, as it does there
    source $env_file
  done
fi
# The app's own:
if [ -n "$(ls .profile.d/* 2>/dev/null)" ]; then
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
