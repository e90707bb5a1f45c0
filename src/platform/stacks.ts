/**
 * What the container of each stack offers to a program. The facts are data (`stacks/cflinuxfs4.ts`, …), written by
 * `npm run stacks` from the stack's own package list; each file names the origin of what it holds.
 */
import { type StackFiles, stackFiles } from './stacks/files.ts'
import { STACKS } from './stacks/table.ts'

export type { StackFiles }

/** glibc as numbers: 2.35 → [2, 35]. */
export type LibraryVersion = readonly number[]

export interface Stack {
  readonly name: string
  /** How users know it, for messages. */
  readonly system: string
  /** `e_machine` of an ELF header, and its name in the words of `uname -m`, Docker and Go. */
  readonly machine: { readonly elf: number; readonly name: string; readonly otherNames: string }
  readonly glibc: LibraryVersion
  /** The newest GLIBCXX symbol version of its libstdc++. */
  readonly glibcxx: LibraryVersion
  /** What an ELF file may ask for as its loader. */
  readonly loaders: readonly string[]
  /** Its commands and shared libraries. Read from a file of their own, which most stagings do not need. */
  files(): Promise<StackFiles>
}

/** By the name of the machine in a receipt's file name. Loaders: System V ABI of each machine, and its place in Debian. */
const MACHINES = {
  x86_64: {
    machine: { elf: 62, name: 'x86-64', otherNames: 'GOARCH=amd64, linux/amd64' },
    loaders: ['/lib64/ld-linux-x86-64.so.2', '/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2'],
  },
} as const

/** Of an app that names none. */
export const DEFAULT_STACK = 'cflinuxfs4'

const ALL: readonly Stack[] = STACKS.map(({ name, system, machine, glibc, glibcxx, files }) => ({
  name,
  system,
  ...MACHINES[machine],
  glibc: parseVersion(glibc),
  glibcxx: parseVersion(glibcxx),
  files: async () => stackFiles((await files()).stack.packages),
}))

export const STACK_NAMES: readonly string[] = ALL.map((each) => each.name)

/** The row of a stack, or undefined for a stack that the table lacks. */
export function findStack(name: string | undefined): Stack | undefined {
  return ALL.find((each) => each.name === name)
}

/** Below, at or above zero, as 2.9 is older than, the same as or newer than 2.35. */
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
