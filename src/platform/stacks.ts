/**
 * What each stack's container has to offer to a program: one row per stack. Whatever depends on the stack is a
 * column here. Sources: the package lists of the stacks' root file systems (Ubuntu 22.04 and 24.04).
 */

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
  /** Commands that may interpret a script; they are in /bin and /usr/bin alike. */
  readonly interpreters: ReadonlySet<string>
}

const X86_64 = { elf: 62, name: 'x86-64', otherNames: 'GOARCH=amd64, linux/amd64' } as const
const X86_64_LOADERS = ['/lib64/ld-linux-x86-64.so.2', '/lib/x86_64-linux-gnu/ld-linux-x86-64.so.2']
const UBUNTU_INTERPRETERS = ['sh', 'bash', 'dash', 'rbash', 'perl', 'awk', 'mawk', 'sed', 'make', 'jq']

/** Of an app that names none. */
export const DEFAULT_STACK = 'cflinuxfs4'

const STACKS: readonly Stack[] = [
  {
    name: DEFAULT_STACK,
    system: 'Ubuntu 22.04',
    machine: X86_64,
    glibc: [2, 35],
    glibcxx: [3, 4, 30],
    loaders: X86_64_LOADERS,
    interpreters: new Set(UBUNTU_INTERPRETERS),
  },
  {
    name: 'cflinuxfs5',
    system: 'Ubuntu 24.04',
    machine: X86_64,
    glibc: [2, 39],
    glibcxx: [3, 4, 33],
    loaders: X86_64_LOADERS,
    interpreters: new Set(UBUNTU_INTERPRETERS),
  },
]

export const STACK_NAMES: readonly string[] = STACKS.map((each) => each.name)

/** The row of a stack, or undefined for a stack that the table lacks. */
export function findStack(name: string | undefined): Stack | undefined {
  return STACKS.find((each) => each.name === name)
}

/** Below, at or above zero, as 2.9 is older than, the same as or newer than 2.35. */
export function compareVersions(a: LibraryVersion, b: LibraryVersion): number {
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    const difference = (a[i] ?? 0) - (b[i] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}
