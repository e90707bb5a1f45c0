import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { anyText, PRINT_ALL, printed } from '../../support/any-text.ts'
import { env, literal, plan, platformEnv, ShellDroplet, sidecar, stage } from '../../support/shell-droplet.ts'

const droplet = new ShellDroplet()
afterAll(() => droplet.remove())

test('1,000 random values for args and env arrive unchanged', async () => {
  let values = 0
  const property = fc.asyncProperty(fc.array(anyText, { minLength: 1, maxLength: 12 }), async (texts) => {
    const names = texts.map((_, at) => `VALUE_${at}`)
    const each = sidecar('any', {
      args: texts.map((text) => [text]),
      env: env(Object.fromEntries(texts.map((text, at) => [names[at], literal(text)]))),
    })
    const planned = plan(stage([[each, { kind: 'executable', file: 'print' }]]))
    for (const { path, text, mode } of planned.files) droplet.write(path, text, mode)
    droplet.write('deps/0/sidecars/any/print', PRINT_ALL, 0o755)
    const { stdout, stderr } = await droplet.run(planned.launch[0]?.command ?? '', platformEnv('web'))
    expect(stderr).toBe('')
    expect(printed(stdout, names)).toEqual({ args: texts, values: texts })
    values += texts.length
  })
  await fc.assert(property, { numRuns: 250 })
  expect(values).toBeGreaterThan(1000)
})
