# shellcheck shell=bash
# Starts one phase of staging in Node.js: $1 the phase, $2 the buildpack's folder, then the platform's arguments.

# Options for the app's Node.js must not reach ours. They are passed on under another name, for `when` and for `setup`
# scripts, which see the environment of staging (src/phases/app-environment.ts).
for name in "${!NODE_@}" LD_PRELOAD; do
  if [[ -v $name ]]; then
    export "SIDECARS_APP_$name=${!name}"
    unset -v "$name"
  fi
done
unset -v name

# What a platform runs after cloning a git URL: sources without compiled scripts and without Node.js.
# $1 the buildpack's folder, $2 what is missing. `release-url` of its buildpack.toml names the zip of its version.
not_packaged() {
  local toml=$1/buildpack.toml line key value version='' url=''
  [[ -r $toml ]] || toml=/dev/null
  while read -r line; do
    key=${line%%=*} value=${line#*=}
    value=${value#*\"} value=${value%\"*}
    case ${key// /} in
      version) version=$value ;;
      release-url) url=$value ;;
    esac
  done < "$toml"
  url=${url//\{version\}/$version}
  {
    printf '       **ERROR** %s\n' "A git URL of this buildpack cannot be staged: $2."
    if [[ $url ]]; then
      printf '       **ERROR** %s\n' "Use the zip of a release in buildpacks instead: $url"
    else
      printf '       **ERROR** %s\n' "Build the zip with npm run package (Node.js 20.19+ or 22.12+)," \
        "then use its URL in buildpacks, or add it with cf create-buildpack."
    fi
  } >&2
  exit 1
}

phase_file=$2/dist/$1.cjs
if [[ ! -f $phase_file ]]; then not_packaged "$2" "dist/$1.cjs is missing"; fi
# The packaged buildpack carries its own; a checkout uses the one on PATH.
node=$2/runtime/node
if [[ ! -x $node ]]; then
  node=$(type -P node) || not_packaged "$2" "it has no runtime/node, and no Node.js is on PATH"
fi
shift 2
# The hash seed is an option that a code cache has to fit (src/packaging/package/code-caches.ts). The small young
# generation frees the pieces of a download or an archive soon: without it they pile up to 40 MiB more (bench/sources.mjs).
exec "$node" --hash-seed=1 --max-semi-space-size=1 "$phase_file" "$@"
