/** Cleans up after an instance without a container when `run` is killed. */
import { spawn } from 'node:child_process'
import script from './watchdog.bash'

export interface Watched {
  readonly instanceGuid: string
  readonly cgroup: string | undefined
  /** Removed with the rest. */
  readonly folder: string
}

export interface Watchdog {
  /** Lets it end: nothing is left to clean up. */
  dismiss(): void
}

export function startWatchdog({ instanceGuid, cgroup, folder }: Watched): Watchdog {
  const child = spawn(
    'bash',
    ['-c', script, 'sidecar-buildpack-watchdog', instanceGuid, cgroup ?? '', folder],
    {
      stdio: ['pipe', 'ignore', 'ignore'],
      // Told that it is not the first shell, it does not take its input, a socket, for a remote login's.
      env: { PATH: '/usr/local/bin:/usr/bin:/bin', SHLVL: '9' },
      cwd: '/',
      detached: true,
    },
  )
  child.on('error', () => undefined)
  child.stdin.on('error', () => undefined)
  child.unref()
  return { dismiss: () => void child.stdin.end('dismissed\n') }
}
