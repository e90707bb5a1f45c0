/**
 * The droplets that bench/start.mjs measures. `base` is the case to compare with, `limit` is in ms. The program in each
 * prints the time at which it runs, in seconds since 1970.
 */

import type { EnvName } from '../src/config/sidecar.ts'
import { prepareLaunch } from '../src/lifecycle/launching/launch.ts'
import { megabytes } from '../src/platform/memory-size.ts'
import {
  credential,
  env,
  plan,
  platformEnv,
  ShellDroplet,
  shell,
  sidecar,
  stage,
  template,
  text,
} from '../test/support/shell-droplet.ts'

const JAVA = {
  agents: [{ path: '0/java/a.jar', options: ['x'] }],
  options: [['-Dx=1']],
  addedClasses: 0,
  libraries: ['0/java/b.jar'],
}
const VCAP_SERVICES = JSON.stringify({
  apm: Array.from({ length: 10 }, (_, at) => ({ name: `apm-${at}`, credentials: { key: 'k'.repeat(200) } })),
})

const SAY_WHEN = 'echo "$EPOCHREALTIME"'

/** @param port where a program listens, so that the sidecar counts as ready */
export async function cases(port: number) {
  const place = { file: 'sidecars.yml', line: 1, column: 1 }
  const full = {
    memory: megabytes(64),
    args: [template('--port=$PORT')],
    env: env({ A: text('$PORT'), B: text('$A') }),
    appEnv: env({ URL: text('http://localhost:$PORT') }),
    hideEnv: ['VCAP_SERVICES'] as EnvName[],
    workingDir: '.',
    proxy: { wait: true, appPort: port },
    waitFor: { kind: 'port', port, timeout: 1000, place },
  } as const
  const supervised = {
    ...full,
    restart: { policy: 'on-failure' },
    stop: { delay: 1000, signal: 'INT' },
  } as const
  const withService = {
    ...supervised,
    env: env({ KEY: credential('apm-7', 'key') }),
    appEnv: env({ KEY: credential('apm-7', 'key') }),
  }
  const bare = new ShellDroplet()
  const memory = plan(stage([[sidecar('s', { memory: megabytes(64) }), shell(SAY_WHEN)]]), { java: JAVA })
  const everything = plan(stage([[sidecar('s', full), shell(SAY_WHEN)]]), { java: JAVA })
  const above = plan(stage([[sidecar('s', supervised), shell(SAY_WHEN)]]), { java: JAVA })
  const service = plan(stage([[sidecar('s', withService), shell(SAY_WHEN)]]), { java: JAVA })
  const of = async (name: string, droplet: ShellDroplet, command: string, limit?: number) => {
    const environment = {
      PATH: process.env.PATH ?? '',
      LANG: 'C.UTF-8',
      VCAP_SERVICES,
      ...platformEnv('web'),
    }
    const launch = await prepareLaunch({ dropletDir: droplet.dir, command, env: environment })
    return { name, droplet, launch, limit }
  }
  const start = '"$DEPS_DIR"/0/start/s'
  return [
    await of('without us', bare, SAY_WHEN),
    await of('app: memory and Java', new ShellDroplet(memory), SAY_WHEN, 5),
    await of('sidecar: a start script that is needed for telling it', new ShellDroplet(memory), start, 5),
    await of('app: everything, the sidecar is ready', new ShellDroplet(everything), SAY_WHEN, 10),
    await of('sidecar: everything, the app is ready', new ShellDroplet(everything), start, 10),
    await of('sidecar: everything and restarts, the app is ready', new ShellDroplet(above), start, 10),
    await of('app: everything and a bound service', new ShellDroplet(service), SAY_WHEN, 40),
    await of('sidecar: everything, restarts and a bound service', new ShellDroplet(service), start, 40),
  ]
}
