# shellcheck shell=bash
# Starts one phase of staging in Node.js: $1 the phase, $2 the buildpack's folder, then the platform's arguments.

# What is meant for the app's own Node.js shall not reach ours. It is handed on under another name, for `when`
# and for `setup` scripts, which see the environment as it is at staging (src/phases/app-environment.ts).
for name in "${!NODE_@}" LD_PRELOAD; do
  if [[ -v $name ]]; then
    export "SIDECARS_APP_$name=${!name}"
    unset -v "$name"
  fi
done
unset -v name

not_packaged() {
  printf '       **ERROR** %s\n' \
    "This is a checkout of the buildpack's sources, not a buildpack ready to stage: $1." \
    "Name the packaged zip instead. It is made in the checkout, on a machine with Node.js 20 or later," \
    "by: npm run package" >&2
  exit 1
}

phase_file=$2/dist/$1.cjs
if [[ ! -f $phase_file ]]; then not_packaged "dist/$1.cjs is missing"; fi
# The packaged buildpack carries its own; a checkout uses the one on PATH.
node=$2/runtime/node
if [[ ! -x $node ]]; then
  node=$(type -P node) || not_packaged "it has no runtime/node, and there is no Node.js on PATH"
fi
shift 2
# The hash seed is an option that a code cache has to fit (src/packaging/package/code-caches.ts). The small young
# generation frees the pieces of a download or an archive soon: without it they pile up to 40 MB more (bench/sources.mjs).
exec "$node" --hash-seed=1 --max-semi-space-size=1 "$phase_file" "$@"
