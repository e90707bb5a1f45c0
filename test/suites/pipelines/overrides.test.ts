import { expect, it } from 'vitest'
import { launchWeb } from './pipeline.ts'
import { trials } from './trial.ts'

const stage = trials()

it('the app overrides a sidecar of the second of ours and switches one of the third off; the last one sums up', async () => {
  const { staged, remove } = await stage(
    { pipeline: ['acme', 'globex', 'initech', 'libbuildpack-like'] },
    '  - {name: globex-agent, memory: 40M}\n  - {name: initech-agent, enabled: false}\n',
  )
  expect(staged.exit, staged.log).toBe(0)
  expect(staged.log).not.toContain('WARNING')
  const { app, sidecars } = await launchWeb(staged, { memory: 512, forTheApp: 428 })
  expect(app.memory).toBe('428m')
  expect(Object.fromEntries([...sidecars].map(([name, { memory }]) => [name, memory]))).toEqual({
    'config-server': '16m',
    monitor: '8m',
    'acme-agent': '20m',
    'globex-agent': '40m',
  })
  remove()
})

it.each([
  ['with bin/release alone, as the last one', ['sidecar', 'only-release'], 223, 'compile'],
  ['with bin/release alone, before ours', ['only-release', 'sidecar'], 225, 'supply'],
] as const)('a buildpack %s, is refused as the platform refuses it', async (_what, pipeline, exit, word) => {
  const { staged, remove } = await stage({ pipeline })
  expect(staged.exit, staged.log).toBe(exit)
  expect(staged.log).toContain(word)
  remove()
})

it('an override of a sidecar that no buildpack includes is reported with its place', async () => {
  const { staged, remove } = await stage(
    { pipeline: ['acme', 'libbuildpack-like'] },
    '  - {name: globex-agent, memory: 40M}\n',
  )
  expect(staged.exit).toBe(0)
  expect(staged.log).toMatch(/\*\*WARNING\*\* sidecars\.yml:\d+:\d+: .*globex-agent/)
  remove()
})
