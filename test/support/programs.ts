/** Programs and rights that a machine may lack. What needs them is skipped, and the run says so. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** The path of a program; an ordinary user's PATH is without sbin. */
export function programPath(name: string): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(':'), '/usr/sbin', '/sbin']
  return folders.map((folder) => join(folder, name)).find((path) => existsSync(path))
}

export const installed = (program: string) => programPath(program) !== undefined

/**
 * Installs Debian's packages, as root.
 * @param packages by a program or file that each brings: what is there already is left alone
 */
export function installPackages(
  packages: Readonly<Record<string, string>>,
  isThere: (sign: string) => boolean = installed,
): void {
  const names = Object.entries(packages).flatMap(([sign, name]) => (isThere(sign) ? [] : [name]))
  if (names.length === 0) return
  const install = 'apt-get install -qy --no-install-recommends -o DPkg::Lock::Timeout=300 "$@"'
  const script = `${install} || { apt-get update -q && ${install}; }`
  const { status, stderr, error } = spawnSync('sh', ['-c', script, 'sh', ...names], {
    encoding: 'utf8',
    timeout: 300_000,
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
  })
  if (status === 0) return
  const why = error?.message ?? stderr.trim().split('\n').at(-1)
  console.log(`skipped: what needs ${names.join(', ')} (apt-get install: ${why})`)
}

/** @returns why a program is missing and could not be installed; false when it is there */
export function lacks(program: string, debianPackage = program): string | false {
  if (!installed(program) && process.getuid?.() === 0) installPackages({ [program]: debianPackage })
  return installed(program) ? false : `${program} is missing, apt-get install ${debianPackage}`
}

/** The path of a program, installed if it was missing; undefined when that is not possible, and the run says so. */
export function installedProgram(name: string, debianPackage = name): string | undefined {
  const missing = lacks(name, debianPackage)
  if (missing) console.log(`skipped: ${missing}`)
  return programPath(name)
}

/** Whether processes can be put into a separate network namespace, in which there is no network. */
export function lacksNamespaces(): string | false {
  return here('unshare', ['-n', 'true'], 'network namespaces') ? false : 'unshare -n is not permitted here'
}

export const hasPerl = here('perl', ['--version'], 'perl')

/** Containers have a root that may not mount. */
export const mayMount = () =>
  here('unshare', ['-m', 'mount', '-t', 'tmpfs', 'none', tmpdir()], 'the right to mount')

function here(program: string, args: readonly string[], what: string): boolean {
  const works = spawnSync(program, args, { stdio: 'ignore' }).status === 0
  if (!works) console.log(`skipped: what needs ${what}`)
  return works
}
