/** The recorded environment values (test/data/conformance/manifests/README.md) through the commands themselves. */
import { chmodSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { readInputs } from '../../src/cli/app-inputs.ts'
import { main } from '../../src/cli/main.ts'
import { plannedInstances } from '../../src/cli/planned-instance.ts'
import { processEnvironment } from '../../src/diego/process-environment.ts'
import { temporaryFolder } from '../support/files.ts'

const file = join(import.meta.dirname, '../data/conformance/manifests/env-values.json')
const recorded: readonly { written: string; value: string }[] = JSON.parse(readFileSync(file, 'utf8'))
const expected = Object.fromEntries(recorded.map(({ value }, index) => [`VALUE_${index}`, value]))
const DUMP =
  '#!/bin/bash\nfor name in "${!VALUE_@}"; do printf "%s=%s\\0" "$name" "${!name}"; done > "$3/$4/env"\n'

const cwd = temporaryFolder({
  'app/Procfile': 'web: ./web\n',
  'app/sidecars.yml': `sidecars:\n${recorded
    .map((_, index) => `  - {name: s${index}, memory: 1M, command: x, when: {env: VALUE_${index}}}\n`)
    .join('')}`,
  'app/manifest.yml': `applications:\n- name: a\n  buildpacks: [sidecar, other]\n  env:\n${recorded
    .map(({ written }, index) => `    VALUE_${index}: ${written}\n`)
    .join('')}`,
  'other/bin/supply': DUMP,
  'other/bin/finalize': '#!/bin/sh\n',
  'other/bin/release': '#!/bin/sh\necho "{}"\n',
})
const app = join(cwd, 'app')
const line = { env: { PATH: process.env.PATH, HOME: cwd }, cwd: app, isTerminal: false }
const silent = { ...line, out: () => undefined, err: () => undefined }

beforeAll(async () => {
  for (const name of ['supply', 'finalize', 'release']) chmodSync(join(cwd, 'other/bin', name), 0o755)
  let said = ''
  const err = (text: string | Uint8Array) => {
    said += String(text)
  }
  const argv = ['stage', '-b', 'other=../other', '--no-container', '-o', '../staged']
  expect(await main(argv, { ...silent, err }), said).toBe(0)
}, 60_000)
afterAll(() => rmSync(cwd, { recursive: true, force: true }))

const picked = (env: Readonly<Record<string, string | undefined>>) =>
  Object.fromEntries(Object.keys(expected).map((name) => [name, env[name]]))

it('stage gives buildpacks the values that Cloud Foundry gives them', async () => {
  const { spawnSync } = await import('node:child_process')
  const archive = ['-xzOf', join(cwd, 'staged/droplet.tgz'), './deps/1/env']
  const { stdout } = spawnSync('tar', archive, { encoding: 'utf8' })
  const env = stdout
    .split('\0')
    .filter(Boolean)
    .map((each) => [each.slice(0, each.indexOf('=')), each.slice(each.indexOf('=') + 1)])
  expect(picked(Object.fromEntries(env))).toEqual(expected)
})

it('run gives the process the values that Cloud Foundry gives it', async () => {
  const options = {
    process: ['web'],
    instances: 1,
    port: 8080,
    proxyMemory: { bytes: 0 },
    env: new Map(),
    envFromShell: [],
  }
  const inputs = await readInputs(undefined, {}, silent)
  const [spec] = await plannedInstances(join(cwd, 'staged/droplet.tgz'), options, inputs, silent)
  expect(spec && picked(processEnvironment(spec, spec, { guid: 'x', address: '127.0.0.1' }))).toEqual(
    expected,
  )
})

it('plan takes each of them for a variable that is set', async () => {
  let printed = ''
  const out = (text: string | Uint8Array) => {
    printed += String(text)
  }
  await main(['plan', '--json'], { ...silent, out })
  const { sidecars } = JSON.parse(printed) as { sidecars: readonly { when: string }[] }
  expect(sidecars.map(({ when }) => when)).toEqual(
    recorded.map((_, index) => `if VALUE_${index} is set (met)`),
  )
})
