/** Cleans up after an instance without a container when `run` is killed. */
import { spawn } from 'node:child_process'
import script from './watchdog.bash'

interface Watched {
  readonly instanceGuid: string
  readonly cgroup: string | undefined
  /** Also removed. */
  readonly folder: string
}

export interface Watchdog {
  /** Ends it, because there is nothing left to clean up. */
  dismiss(): void
}

export function startWatchdog({ instanceGuid, cgroup, folder }: Watched): Watchdog {
  const child = spawn(
    'bash',
    ['-c', script, 'sidecar-buildpack-watchdog', instanceGuid, cgroup ?? '', folder],
    {
      stdio: ['pipe', 'ignore', 'ignore'],
      // SHLVL shows that it is a nested shell, so it does not mistake its input, a socket, for a remote login.
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
