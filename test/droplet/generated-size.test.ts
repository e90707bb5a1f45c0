import { describe, expect, test } from 'vitest'
import { megabytes } from '../../src/platform/memory-size.ts'
import { credential, env, plan, shell, sidecar, stage, template } from '../support/shell-droplet.ts'

const PLACE = { file: 'sidecars.yml', line: 1, column: 1 }
const EVERYTHING = {
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

const bytes = (files: readonly { readonly text: string }[]) =>
  files.reduce((sum, { text }) => sum + Buffer.byteLength(text), 0)

describe('generated files', () => {
  test('is at most 4 KiB for a sidecar with everything, 64 KiB for sixteen of them', () => {
    const names = Array.from({ length: 16 }, (_, at) => `sidecar ${at}`)
    const jar = { kind: 'jar', file: 'x.jar', jvmOptions: [] } as const
    const { files } = plan(stage(names.map((name) => [sidecar(name, EVERYTHING), jar] as const)))
    for (const each of files.filter(({ path }) => path.includes('/start/'))) {
      expect(Buffer.byteLength(each.text), each.path).toBeLessThanOrEqual(4096)
    }
    expect(bytes(files)).toBeLessThanOrEqual(16 * 4096 + 30 * 1024)
  })

  test('is some hundred bytes for a sidecar that asks for nothing', () => {
    expect(bytes(plan(stage([[sidecar('bare'), shell('./run')]])).files)).toBeLessThan(1200)
  })
})
