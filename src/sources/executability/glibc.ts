import type { ElfFacts } from './elf.ts'

/** Libraries of glibc itself (the package libc6): every stack that has its loader has them. */
export const GLIBC = new Set(
  'libc.so.6 libm.so.6 libpthread.so.0 libdl.so.2 librt.so.1 libresolv.so.2 libutil.so.1 ld-linux-x86-64.so.2'.split(
    ' ',
  ),
)

/** Whether a program requires more than glibc. */
export function needsLibraries({ libraries }: Pick<ElfFacts, 'libraries'>): boolean {
  return libraries.some((name) => !GLIBC.has(name))
}
