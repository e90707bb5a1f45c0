import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import { renderStartScript } from '../../src/droplet/start-script.ts'
import { anyText, PRINT_ALL, printed } from '../support/any-text.ts'
import { env, literal, plan, platformEnv, ShellDroplet, sidecar, stage } from '../support/shell-droplet.ts'

const droplets: ShellDroplet[] = []
afterAll(() => {
  for (const each of droplets) each.remove()
})

/** Runs a sidecar of these arguments and values; what a small program says it got. */
async function arrived(args: readonly string[], values: readonly string[]) {
  const names = values.map((_, at) => `VALUE_${at}`)
  const each = sidecar('any', {
    args: args.map((text) => [text]),
    env: env(Object.fromEntries(values.map((value, at) => [names[at], literal(value)]))),
  })
  const staged = stage([[each, { kind: 'executable', file: 'print' }]])
  const planned = plan(staged)
  const droplet = droplets[0] ?? new ShellDroplet()
  if (droplets.length === 0) droplets.push(droplet)
  for (const { path, text, mode } of planned.files) droplet.write(path, text, mode)
  droplet.write('deps/0/sidecars/any/print', PRINT_ALL, 0o755)
  const { stdout, stderr } = await droplet.run(planned.launch[0]?.command ?? '', platformEnv('web'))
  expect(stderr).toBe('')
  return printed(stdout, names)
}

describe('arguments and values', () => {
  test('arrive unchanged, whatever they hold', async () => {
    const property = fc.asyncProperty(
      fc.array(anyText, { maxLength: 12 }),
      fc.array(anyText, { maxLength: 12 }),
      async (args, values) => {
        expect(await arrived(args, values)).toEqual({ args, values })
      },
    )
    await fc.assert(property, { numRuns: 25 })
  })

  test('arrive up to the longest that Linux takes', async () => {
    const longest = 131_071
    const arg = `'"$(id)\n`.repeat(longest).slice(0, longest)
    const value = '\\`é'.repeat(longest / 4).slice(0, longest / 4)
    expect(await arrived([arg], [value])).toEqual({ args: [arg], values: [value] })
  })

  test('are not put together from the template: a text that looks like a place in it stays a text', () => {
    const [staged] = stage([
      [sidecar('any', { args: [['@name@ @folder@ $& $1']] }), { kind: 'executable', file: '@index@' }],
    ])
    if (!staged) throw new Error('nothing staged')
    const script = renderStartScript(staged, { index: '0', ports: new Map() })
    expect(script).toContain("'@name@ @folder@ $& $1'")
    expect(script).toContain('/@index@')
  })
})
