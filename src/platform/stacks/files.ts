/** Commands and shared libraries of a stack, out of its data file. */

interface StackData {
  /** By package; names, separated by blanks. */
  readonly packages: Readonly<Record<string, { readonly commands?: string; readonly libraries?: string }>>
  /** Packages whose files are unknown. */
  readonly unknown: readonly string[]
}

export interface StackFiles {
  /** In /bin and /usr/bin alike. */
  readonly commands: ReadonlySet<string>
  /** As programs name them (DT_NEEDED): `libz.so.1`. */
  readonly libraries: ReadonlySet<string>
  /** The package that may hold a library: one whose files are unknown, and whose name fits. */
  unknownPackageOf(library: string): string | undefined
}

export function stackFiles({ packages, unknown }: StackData): StackFiles {
  const names = (key: 'commands' | 'libraries') =>
    new Set(Object.values(packages).flatMap((facts) => facts[key]?.split(' ') ?? []))
  return {
    commands: names('commands'),
    libraries: names('libraries'),
    unknownPackageOf: (library) => unknown.find((name) => mayHold(name, library)),
  }
}

/**
 * Packages are named like the library they hold, `libtiff5` for `libtiff.so.5`; one with several has the beginning
 * of their names, `libicu70` for `libicuuc.so.70` (Debian Policy, 8.1).
 */
function mayHold(packageName: string, library: string): boolean {
  const [, base = '', version = ''] = /^(.+?)\.so(?:\.(\d+))?/.exec(library) ?? []
  const plain = (text: string) => text.toLowerCase().replace(/[^a-z0-9+]/g, '')
  const name = plain(packageName.replace(/t64$/, ''))
  if (name === plain(base) || name === plain(`${base}.${version}`)) return true
  const [, stem = '', number] = /^(lib.{2,}?)(\d+)$/.exec(name) ?? []
  return stem !== '' && number === version && (plain(base).startsWith(stem) || stem.startsWith(plain(base)))
}
