/** Samples of the two shell texts that staging generates, for `npm run check`. */

import type { EnvName, SidecarName } from '../../src/config/sidecar.ts'
import { megabytes } from '../../src/platform/memory-size.ts'
import {
  credential,
  env,
  literal,
  plan,
  shell,
  sidecar,
  stage,
  template,
  text,
  types,
} from '../support/shell-droplet.ts'

const PLACE = { file: 'sidecars.yml', line: 1, column: 1 }
const JAVA = {
  agents: [{ path: '0/java/a b.jar', options: ['x=y'] }],
  options: [template('-Dx=$X')],
  addedClasses: 7,
  libraries: ['0/java/b.jar'],
}

const EVERYTHING = {
  memory: megabytes(256),
  args: [template('--port=$PORT'), ["it's $(not) run"]],
  env: env({ A: text('$A:b'), KEY: credential('apm', 'license.key'), JAVA_OPTS: literal('-Dx="a b"') }),
  appEnv: env({ PATH: text('/x:$PATH'), KEY: credential('apm', 'license.key') }),
  hideEnv: ['VCAP_SERVICES'] as EnvName[],
  workingDir: 'my conf',
  proxy: { wait: true },
  waitFor: { kind: 'http', url: 'http://localhost:8082/health?x=1', timeout: 30_000, place: PLACE },
  restart: { policy: 'on-failure', attempts: 5 },
  stop: { signal: 'QUIT', delay: 5000 },
} as const

const staged = stage([
  [
    sidecar('every thing', EVERYTHING),
    { kind: 'jar', file: 'x.jar', jvmOptions: ['-XX:+UseSerialGC', '-Xmx100M'] },
  ],
  [
    sidecar('socket', { waitFor: { kind: 'socket', socket: ['/tmp/x'], timeout: 1000, place: PLACE } }),
    shell('./run'),
  ],
  [sidecar('proxy', { proxy: { wait: true }, processTypes: types('web', 'worker') }), shell('./run')],
  [sidecar('again', { restart: { policy: 'always' } }), { kind: 'executable', file: 'bin/run' }],
  [
    sidecar('libraries', { hideEnv: ['PATH', 'LD_LIBRARY_PATH'] as EnvName[] }),
    { kind: 'executable', file: 'bin/run' },
  ],
  [
    sidecar('in deps', { onPath: true, source: { kind: 'deps', deps: 'bin/x', place: PLACE } }),
    { kind: 'executable', file: 'x' },
  ],
  [sidecar('plain', { memory: megabytes(64) }), shell('./run')],
])
const TIMES = { interval: 5000, timeout: 500, failures: 2, grace: 5000, place: PLACE }
const healthy = stage([
  [
    sidecar('http', {
      health: { kind: 'http', url: 'http://localhost:8082/a?b=c', ...TIMES },
      stop: { signal: 'QUIT', delay: 5000 },
    }),
    shell('./run'),
  ],
  [
    sidecar('command', {
      health: { kind: 'command', command: "it's | not", ...TIMES, failures: 1 },
      restart: { policy: 'on-failure', attempts: 5 },
    }),
    shell('./run'),
  ],
  [
    sidecar('listening', {
      health: { kind: 'socket', socket: template('$TMPDIR/x'), ...TIMES },
      restart: { policy: 'always' },
    }),
    shell('./run'),
  ],
  [sidecar('at a port', { health: { kind: 'port', port: 8083, ...TIMES } }), shell('./run')],
])
const guarded = stage([
  [
    sidecar('guarded', {
      memory: megabytes(64),
      memoryGuard: PLACE,
      restart: { policy: 'on-failure' },
      after: { names: ['both' as SidecarName], place: PLACE },
    }),
    shell('./run'),
  ],
  [
    sidecar('both', {
      memory: megabytes(64),
      memoryGuard: PLACE,
      restart: { policy: 'always' },
      health: { kind: 'command', command: 'ping', ...TIMES },
    }),
    shell('./run'),
  ],
])
const following = (...names: readonly string[]) => ({ names: names as SidecarName[], place: PLACE })
const ordered = stage([
  [sidecar('last', { after: following('port', 'http', 'socket', 'http check') }), shell('./run')],
  [
    sidecar('port', {
      after: following('http'),
      waitFor: { kind: 'port', port: 8081, timeout: 1000, place: PLACE },
      processTypes: types('web', 'worker'),
      stop: { signal: 'INT', delay: 2000 },
    }),
    shell('./run'),
  ],
  [
    sidecar('http', {
      after: following('http check'),
      proxy: { wait: true },
      waitFor: { kind: 'http', url: 'http://localhost:8082/', timeout: 1000, place: PLACE },
      restart: { policy: 'always' },
    }),
    shell('./run'),
  ],
  [
    sidecar('socket', { waitFor: { kind: 'socket', socket: ['/tmp/x'], timeout: 1000, place: PLACE } }),
    shell('./run'),
  ],
  [
    sidecar('http check', { health: { kind: 'http', url: 'http://localhost:8083/', ...TIMES } }),
    shell('./run'),
  ],
])
const everything = staged.map((each) => ({
  ...each,
  ...(each.sidecar.source && { hasHome: false, deps: 'bin/x' }),
  ...(each.folder === 'libraries' && { libraryDir: 'lib' }),
}))
const otherSidecars = [{ type: 'other', command: "it's other", sidecarFor: ['web'], memory: 64 }]
const waiting = stage([
  [sidecar('port', { waitFor: { kind: 'port', port: 8082, timeout: 1000, place: PLACE } }), shell('./run')],
])

export const samples = [
  ...plan(everything, { java: JAVA, otherSidecars }).files,
  ...plan(waiting).files,
  ...plan(healthy).files,
  ...plan(guarded).files,
  ...plan(ordered).files,
  ...plan(stage([[sidecar('bare'), shell('./run')]])).files,
]
  .filter(({ path }) => path.startsWith('deps') && !path.endsWith('.pl'))
  .map(({ path, text }) => ({ name: path, shell: 'bash' as const, text }))
