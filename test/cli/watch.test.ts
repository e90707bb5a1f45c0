/** `run --watch`: the app as it is now. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CLI } from '../support/command-line.ts'
import { freePort } from '../support/free-port.ts'
import { RUN_OPTIONS } from '../support/run-options.ts'

const work = mkdtempSync(join(tmpdir(), 'watch-'))
const app = join(work, 'app')
const server = (answer: string) =>
  `require('node:http').createServer((_, a) => a.end('${answer}')).listen(process.env.PORT)`
const sidecars = (text: string) => `sidecars: [{name: helper, command: echo ${text}; exec sleep 3232}]`

let child: ReturnType<typeof spawn>
let log = ''
let port = 0

beforeAll(async () => {
  for (const each of [app, join(work, 'tmp')]) mkdirSync(each)
  port = await freePort()
  writeFileSync(join(app, 'app.js'), server('one'))
  writeFileSync(join(app, 'Procfile'), 'web: exec node app.js')
  writeFileSync(join(app, '.cfignore'), 'notes')
  writeFileSync(join(app, 'sidecars.yml'), sidecars('first'))
  const options = ['-b', 'sidecar', '-b', 'binary_buildpack=host', '--port', String(port), ...RUN_OPTIONS]
  child = spawn(process.execPath, [CLI, 'run', app, '--watch', ...options], {
    env: { PATH: process.env.PATH, TMPDIR: join(work, 'tmp') },
  })
  child.stdout?.on('data', (text) => (log += text))
  child.stderr?.on('data', (text) => (log += text))
})
afterAll(() => {
  child.kill('SIGKILL')
  rmSync(work, { recursive: true, force: true })
})

test('leaves nothing when Ctrl-C ends it while it waits for a change', async () => {
  const crashing = join(work, 'crashing')
  const temporary = join(work, 'tmp-of-crashing')
  for (const each of [crashing, temporary]) mkdirSync(each)
  writeFileSync(join(crashing, 'sidecars.yml'), 'sidecars: []\nprocesses: {web: exit 3}')
  const options = ['--watch', '--max-restarts', '0', '--port', String(await freePort()), ...RUN_OPTIONS]
  const run = spawn(process.execPath, [CLI, 'run', crashing, ...options], {
    env: { PATH: process.env.PATH, TMPDIR: temporary },
  })
  let said = ''
  run.stderr.on('data', (text) => (said += text))
  run.stdout.on('data', (text) => (said += text))
  await expect.poll(() => said, { timeout: 20_000 }).toContain('waiting for changes of the app')
  run.kill('SIGINT')
  expect(await once(run, 'exit')).toEqual([null, 'SIGINT'])
  expect(readdirSync(temporary).filter((each) => each.includes('staged'))).toEqual([])
})

async function answers(text: string): Promise<void> {
  const answer = () =>
    fetch(`http://127.0.0.1:${port}/`).then(
      (response) => response.text(),
      () => 'nothing',
    )
  await expect.poll(answer, { timeout: 20_000, message: log }).toBe(text)
}

const says = (text: string) => expect.poll(() => log, { timeout: 20_000 }).toContain(text)

describe('run --watch', () => {
  test('starts the app anew when one of its files changes', async () => {
    await answers('one')
    writeFileSync(join(app, 'app.js'), server('two'))
    await answers('two')
  })

  test('keeps the running version when the new one cannot be staged, and takes the next one', async () => {
    writeFileSync(join(app, 'sidecars.yml'), 'sidecars: [')
    await says('note: staging failed; the running app is not replaced\n')
    await answers('two')
    writeFileSync(join(app, 'sidecars.yml'), sidecars('second'))
    await says('OUT second\n')
    await answers('two')
  })

  test('keeps only the files of the version that runs', () => {
    const [staged] = readdirSync(join(work, 'tmp')).filter((each) => each.includes('staged'))
    const all = readdirSync(join(work, 'tmp', String(staged)), { recursive: true, encoding: 'utf8' })
    expect(all.filter((each) => each.endsWith('droplet'))).toHaveLength(1)
  })

  test('does not look at files that are not pushed', async () => {
    const before = log.length
    writeFileSync(join(app, 'notes'), 'x')
    await new Promise((resolve) => setTimeout(resolve, 1000))
    expect(log.slice(before)).not.toContain('the app changed')
  })

  test('ends on Ctrl-C, also while it stages a change', async () => {
    const before = log.length
    writeFileSync(join(app, 'app.js'), server('three'))
    await expect.poll(() => log.slice(before), { timeout: 20_000 }).toContain('the app changed')
    child.kill('SIGINT')
    expect(await once(child, 'exit')).toEqual([0, null])
    expect(readdirSync(join(work, 'tmp')).filter((each) => each.includes('staged'))).toEqual([])
  })
})
