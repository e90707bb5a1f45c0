import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { main } from '../../src/cli/main.ts'
import { LanguageServer } from './language-server.ts'

const MODELINE = '# yaml-language-server: $schema=./sidecars.schema.json\n'

let folder: string
let server: LanguageServer

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'editor-'))
  let schema = ''
  const line = { env: {}, cwd: folder, err: () => {}, isTerminal: false }
  await main(['schema'], { ...line, out: (text) => (schema += text) })
  writeFileSync(join(folder, 'sidecars.schema.json'), schema)
  server = new LanguageServer()
  await server.start(folder)
})
afterAll(() => {
  server.stop()
  rmSync(folder, { recursive: true, force: true })
})

/** Opens a file whose second line, line 1 of the protocol, is the first of `yaml`. */
async function opened(name: string, yaml: string) {
  const file = join(folder, name)
  return { file, marks: await server.open(file, MODELINE + yaml) }
}

const inLine = (line: number, message: RegExp) =>
  expect.objectContaining({
    message: expect.stringMatching(message),
    range: expect.objectContaining({ start: expect.objectContaining({ line }) }),
  })

describe('the JSON Schema in a YAML language server, named by the file’s first line', () => {
  it('marks nothing in a configuration that is right', async () => {
    const right = [
      'sidecars:',
      '  - name: config-server',
      '    memory: 64M',
      `    source: {uri: "https://files.example/x.tgz", sha256: ${'0f'.repeat(32)}}`,
      '    args: ["--port", 8082]',
      '    env: {LOG_LEVEL: debug, KEY: {service: apm, credential: a.b}}',
      '    proxy: {app_port: 9000, wait: false}',
      '    wait_for: {port: 8082, timeout: 30s}',
      '    restart: on-failure',
      '    stop: {delay: 5s}',
      'java:',
      '  agents: [{source: {path: lib/agent.jar}}]',
      'processes: {worker: ./run}',
    ]
    expect((await opened('right.yml', right.join('\n'))).marks).toEqual([])
  })

  it('marks an unknown key, a wrong type, a wrong word and a missing key in their lines', async () => {
    const wrong = [
      'sidecars:',
      '  - name: a',
      '    comand: x',
      '    enabled: perhaps',
      '    restart: sometimes',
      '  - memory: 64M',
    ]
    const { marks } = await opened('wrong.yml', wrong.join('\n'))
    expect(marks).toContainEqual(inLine(3, /comand/))
    expect(marks).toContainEqual(inLine(4, /boolean/))
    expect(marks).toContainEqual(inLine(5, /never.*on-failure.*always/))
    expect(marks).toContainEqual(inLine(6, /"?name"?/))
  })

  it('completes the keys of a sidecar and the words of a value', async () => {
    const { file } = await opened('completed.yml', 'sidecars:\n  - name: a\n    \n    restart: ')
    expect(await server.complete(file, 3, 4)).toEqual(
      expect.arrayContaining(['memory', 'source', 'wait_for', 'hide_env']),
    )
    expect(await server.complete(file, 4, 13)).toEqual(
      expect.arrayContaining(['never', 'on-failure', 'always']),
    )
  })

  it('says what a key means', async () => {
    const { file } = await opened('hovered.yml', 'sidecars:\n  - name: a\n    memory: 64M\n')
    expect(await server.hover(file, 3, 6)).toContain('Cloud Foundry units')
    const nested = await opened('nested.yml', 'sidecars:\n  - name: a\n    source: {path: bin/a}\n')
    expect(await server.hover(nested.file, 3, 14)).toContain('relative to the app root')
  })
})
