import { buildpackLog } from '../log/log.ts'
import { cacheDirectory } from '../system/cache-directory.ts'
import type { CommandLine } from './command-line.ts'
import { redraw } from './progress-line.ts'

/** How a command outside of staging fetches and checks files for a stack; it reports on standard error. */
export function sourceContext<Stack extends string | undefined>(line: CommandLine, stack: Stack) {
  return {
    cacheDir: cacheDirectory(line.env),
    stack,
    env: line.env,
    log: buildpackLog(line.err, Boolean(line.env.BP_DEBUG)),
    clock: () => new Date(),
    ...(line.isTerminal && { draw: (text: string) => line.err(redraw(text)) }),
  }
}
