/**
 * Where the scripts of a droplet run: in this machine's bash, or, with `STACK_ROOTFS`, in that of an unpacked root file
 * system (test/suites/stack). The process keeps its pid, its network and /tmp.
 */
const ROOTFS = process.env.STACK_ROOTFS

const ENTER = `for each in proc dev tmp; do /bin/mount --rbind "/$each" "$0/$each" || exit; done
exec /usr/sbin/chroot "$0" /bin/bash --norc -pc 'cd "$0" 2> /dev/null; exec "$@"' "$PWD" "$@"`

/** @returns what to start instead of `file` with `args` */
export function inStack(file: string, args: readonly string[]): readonly [string, string[]] {
  if (ROOTFS === undefined) return [file, [...args]]
  const user = process.getuid?.() === 0 ? [] : ['--map-root-user']
  return [
    '/usr/bin/unshare',
    [...user, '--mount', '/bin/bash', '--norc', '-pc', ENTER, ROOTFS, file, ...args],
  ]
}
