/** Programs and rights that a machine with only Node.js may lack: what needs them is skipped, and the run says so. */
import { spawnSync } from 'node:child_process'
import { tmpdir } from 'node:os'

export const hasPerl = here('perl', ['--version'], 'perl')

/** Containers have a root that may not mount. */
export const mayMount = () =>
  here('unshare', ['-m', 'mount', '-t', 'tmpfs', 'none', tmpdir()], 'the right to mount')

function here(program: string, args: readonly string[], what: string): boolean {
  const works = spawnSync(program, args, { stdio: 'ignore' }).status === 0
  if (!works) console.log(`skipped: what needs ${what}`)
  return works
}
