/** The tutorial, followed to the letter: what it says to type is run, what it says appears has to. */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { beginningPattern, wholePattern } from '../support/console-blocks.ts'
import { ROOT } from '../support/files.ts'
import { freePort } from '../support/free-port.ts'
import { type Block, readPage } from '../support/markdown.ts'
import { installed } from '../support/programs.ts'

const { blocks } = readPage('docs/tutorial/first-sidecar.md')

/** For a machine without curl: as much of it as the tutorial types. */
const CURL = `#!/usr/bin/env node
fetch(process.argv.at(-1)).then(async (answer) => process.stdout.write(await answer.text()))
`

let folder: string
/** Where the reader's terminal is. */
let cwd: string
let ports: ReadonlyMap<string, string>
let first: { readonly process: ChildProcess; log: string } | undefined

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tutorial-'))
  cwd = folder
  mkdirSync(join(folder, '.bin'))
  if (!installed('curl')) writeFileSync(join(folder, '.bin/curl'), CURL, { mode: 0o755 })
  ports = new Map([
    ['9090', String(await freePort())],
    ['9091', String(await freePort())],
  ])
})
afterAll(() => {
  first?.process.kill('SIGKILL')
  rmSync(folder, { recursive: true, force: true })
})

const steps = blocks
  .map((block, index) => ({ block, follows: blocks[index + 1] }))
  .filter(({ block }) => block.language === 'sh' && block.mark !== 'install')

describe.runIf(process.platform === 'linux')('docs/tutorial/first-sidecar.md', () => {
  it.each(steps.map((step) => [step.block.at, step] as const))('%s', async (_, { block, follows }) => {
    if (block.mark === 'running') return startFirstTerminal(block.text)
    if (block.mark === 'again') await logged(/(?:Container became healthy[\s\S]*){2}/)
    const { status, output } = type(block.text)
    const expected = follows?.language === 'text' ? follows : undefined
    if (expected?.mark === 'log')
      for (const each of lines(expected)) await logged(beginningPattern(`…\n${each}\n`))
    else if (expected) expect(squeezed(output)).toMatch(wholePattern(squeezed(withPorts(expected.text))))
    expect(status).toBe(block.mark === 'fails' ? 1 : 0)
  })

  it('ends with Ctrl-C in the first terminal', async () => {
    const ended = new Promise((resolve) => first?.process.once('close', resolve))
    first?.process.kill('SIGINT')
    expect(await ended).toBe(0)
  })
})

/** Both streams, as a terminal shows them. */
function type(command: string): { readonly status: number | null; readonly output: string } {
  const script = `trap 'pwd > "${folder}/cwd"' EXIT; exec 2>&1\n${withPorts(command)}`
  const { status, stdout } = spawnSync('bash', ['-euc', script], {
    cwd,
    env: environment(),
    encoding: 'utf8',
  })
  cwd = readFileSync(join(folder, 'cwd'), 'utf8').trim()
  return { status, output: stdout }
}

async function startFirstTerminal(command: string): Promise<void> {
  const shell = spawn('bash', ['-euc', `exec ${withPorts(command)}`], { cwd, env: environment() })
  const terminal = { process: shell, log: '' }
  for (const stream of [shell.stdout, shell.stderr])
    stream.on('data', (chunk: Buffer) => (terminal.log += chunk))
  first = terminal
  await logged(/Container became healthy/)
}

async function logged(wanted: RegExp): Promise<void> {
  await expect.poll(() => first?.log, { timeout: 20_000 }).toMatch(wanted)
}

function environment(): NodeJS.ProcessEnv {
  const path = [join(ROOT, 'bin'), dirname(process.execPath), process.env.PATH, join(folder, '.bin')].join(
    ':',
  )
  // Instances of others on this machine are not to be seen.
  return { PATH: path, HOME: folder, XDG_RUNTIME_DIR: folder }
}

/** Ports that are free here, for those that the tutorial names. */
function withPorts(text: string): string {
  return text.replace(/\b909[01]\b/g, (port) => ports.get(port) ?? port)
}

const lines = ({ text }: Block) => text.trim().split('\n')

/** Columns are as wide as what is in them. */
const squeezed = (text: string) => text.replace(/ +/g, ' ')
