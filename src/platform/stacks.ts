/**
 * The environment of a program in each stack. The data files (`stacks/cflinuxfs4.ts`, …) are written by `npm run stacks`
 * from the stack's package list; each file contains its sources.
 */
import { type StackFiles, stackFiles } from './stacks/files.ts'
import { STACKS } from './stacks/table.ts'

export type { StackFiles }

/** glibc as numbers: 2.35 → [2, 35]. */
export type LibraryVersion = readonly number[]

export interface Stack {
  readonly name: string
  /** Its name in messages. */
  readonly system: string
  /** `e_machine` of an ELF header, and its name as in `uname -m`, Docker and Go. */
  readonly machine: { readonly elf: number; readonly name: string; readonly otherNames: string }
  readonly glibc: LibraryVersion
  /** The newest GLIBCXX symbol version of its libstdc++. */
  readonly glibcxx: LibraryVersion
  /** Loaders that an ELF file may require. */
  readonly loaders: readonly string[]
  /** Its commands and shared libraries, in a separate file, which most stagings do not need. */
  files(): Promise<StackFiles>
}

/** By the machine's name in the receipt's file name. Loaders: the System V ABI of each machine, and the path in Debian. */
const MACHINES = {
  x86_64: {
    machine: { elf: 62, name: 'x86-64', otherNames: 'GOARCH=amd64, linux/amd64' },
    loaders: ['/lib64/ld-linux-x86-64.so.2', '/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2'],
  },
} as const

/** The default stack of an app. */
export const DEFAULT_STACK = 'cflinuxfs4'

const ALL: readonly Stack[] = STACKS.map(({ name, system, machine, glibc, glibcxx, files }) => ({
  name,
  system,
  ...MACHINES[machine],
  glibc: parseVersion(glibc),
  glibcxx: parseVersion(glibcxx),
  files: async () => stackFiles((await files()).stack),
}))

export const STACK_NAMES: readonly string[] = ALL.map((each) => each.name)

/** The data of a stack, or undefined for an unknown one. */
export function findStack(name: string | undefined): Stack | undefined {
  return ALL.find((each) => each.name === name)
}

/** Negative, zero or positive if `a` is older than, equal to or newer than `b`: 2.9 is older than 2.35. */
export function compareVersions(a: LibraryVersion, b: LibraryVersion): number {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}

function parseVersion(text: string): LibraryVersion {
  return text.split('.').map(Number)
}
