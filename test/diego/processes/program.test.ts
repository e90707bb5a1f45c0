import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeAll, expect, test } from 'vitest'
import { programOf } from '../../../src/diego/processes/program.ts'
import { commandLine } from '../../../src/system/proc.ts'
import { ROOT, temporaryFolder } from '../../support/files.ts'

const work = temporaryFolder()
const start = join(work, 'deps', '0', 'start')
const children: ChildProcess[] = []

beforeAll(() => mkdirSync(start, { recursive: true }))
afterEach(() => {
  for (const child of children.splice(0)) process.kill(-(child.pid ?? 0), 'SIGKILL')
})

/** Of start scripts. */
const [INTERPRETER = ''] = readFileSync(join(ROOT, 'src/droplet/start-script.bash'), 'utf8').split('\n')

async function run(script: string, text: string): Promise<number> {
  writeFileSync(script, text, { mode: 0o755 })
  const child = spawn(script, { detached: true })
  children.push(child)
  await once(child.stdout, 'data')
  return child.pid ?? 0
}

test("below a start script that stays, the sidecar's program is the one meant", async () => {
  const pid = await run(join(start, 'cache'), `${INTERPRETER}\nsleep 3535 & echo started; wait`)
  // Just started, it is a copy of the shell for a moment.
  await expect.poll(() => commandLine(programOf(pid))).toBe('sleep 3535')
  expect(programOf(pid)).not.toBe(pid)
})

test('a script of the user that has children is the program itself', async () => {
  const pid = await run(join(work, 'cache'), `${INTERPRETER}\nsleep 3535 & echo started; wait`)
  expect(programOf(pid)).toBe(pid)
})
