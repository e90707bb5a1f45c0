import { homedir } from 'node:os'
import { join } from 'node:path'
import { buildpackLog } from '../log/log.ts'
import type { CommandLine } from './command-line.ts'
import { redraw } from './redraw.ts'

/** Where downloads are kept between runs. */
export function cacheDirectory({ env }: CommandLine): string {
  return join(env.XDG_CACHE_HOME || join(env.HOME || homedir(), '.cache'), 'sidecar-buildpack')
}

/** How a command outside of staging fetches and checks files for a stack; it reports on standard error. */
export function sourceContext<Stack extends string | undefined>(line: CommandLine, stack: Stack) {
  return {
    cacheDir: cacheDirectory(line),
    stack,
    env: line.env,
    log: buildpackLog(line.err, Boolean(line.env.BP_DEBUG)),
    clock: () => new Date(),
    ...(line.isTerminal && { draw: (text: string) => line.err(redraw(text)) }),
  }
}
