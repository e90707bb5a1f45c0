import { describe, expect, test } from 'vitest'
import type { EnvName } from '../../src/config/sidecar.ts'
import { megabytes } from '../../src/platform/memory-size.ts'
import { credential, env, plan, shell, sidecar, stage, template } from '../support/shell-droplet.ts'

const PLACE = { file: 'sidecars.yml', line: 1, column: 1 }
const MANY = {
  memory: megabytes(64),
  args: [template('$PORT')],
  env: env({ JAVA_OPTS: credential('a', 'b') }),
  appEnv: env({ B: credential('a', 'b') }),
  workingDir: 'x',
  proxy: { wait: true },
  waitFor: { kind: 'http', url: 'http://localhost:8082/', timeout: 30_000, place: PLACE },
  restart: { policy: 'on-failure', attempts: 5 },
  stop: { signal: 'QUIT', delay: 5000 },
} as const
const GUARDED = {
  ...MANY,
  hideEnv: ['VCAP_SERVICES', 'PATH'] as EnvName[],
  memoryGuard: PLACE,
  health: {
    kind: 'http',
    url: 'http://localhost:8082/',
    interval: 1,
    timeout: 1,
    failures: 2,
    grace: 1,
    place: PLACE,
  },
} as const
const JAR = { kind: 'jar', file: 'x.jar', jvmOptions: [] } as const

const bytes = (files: readonly { readonly text: string }[]) =>
  files.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0)

describe('generated files', () => {
  test('is at most 4 KiB for a sidecar with many keys, 64 KiB for sixteen of them', () => {
    const names = Array.from({ length: 16 }, (_, at) => `sidecar ${at}`)
    const { files } = plan(stage(names.map((name) => [sidecar(name, MANY), JAR] as const)))
    for (const each of files.filter(({ path }) => path.includes('/start/'))) {
      expect(Buffer.byteLength(each.text), each.path).toBeLessThanOrEqual(4096)
    }
    expect(bytes(files)).toBeLessThanOrEqual(16 * 4096 + 30 * 1024)
  })

  test('is at most 8 KiB with hidden variables, health and guard as well', () => {
    const { files } = plan(stage([[sidecar('a', GUARDED), JAR]]))
    expect(bytes(files.filter(({ path }) => path.endsWith('/start/a')))).toBeLessThanOrEqual(8192)
  })

  test('is some hundred bytes for a sidecar that asks for nothing', () => {
    expect(bytes(plan(stage([[sidecar('bare'), shell('./run')]])).files)).toBeLessThan(1200)
  })
})
