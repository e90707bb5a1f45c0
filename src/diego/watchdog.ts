/** A shell beside us that ends what runs, and removes its container, when we are killed with -9. */
import { spawn } from 'node:child_process'
import type { Instance } from './instance.ts'
import script from './watchdog.bash'

export interface Watchdog {
  /** @param instance absent: nothing runs */
  watch(instance?: Instance): void
  /** Lets it end: nothing is left to clean up. */
  dismiss(): void
}

/** @param record the file that tells of the instance */
export function startWatchdog(record: string): Watchdog {
  const child = spawn('bash', ['-c', script, 'sidecar-buildpack-watchdog'], {
    stdio: ['pipe', 'ignore', 'ignore'],
    env: { PATH: '/usr/local/bin:/usr/bin:/bin' },
    cwd: '/',
    detached: true,
  })
  child.on('error', () => undefined)
  child.stdin.on('error', () => undefined)
  child.unref()
  return {
    watch: (instance) => {
      const { guid, memory, container } = instance ?? {}
      child.stdin.write(
        instance ? `${[guid, memory?.folder ?? '-', container?.folder, record].join('\t')}\n` : '\n',
      )
    },
    dismiss: () => void child.stdin.end('\n'),
  }
}
