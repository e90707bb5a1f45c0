import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { constants, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { prepareLaunch } from '../../../src/lifecycle/launching/launch.ts'
import { type LaunchingCase, recordedCases, writeRecordedFiles } from '../recorded-cases.ts'

const launcher = '/tmp/lifecycle/launcher'
let root: string

beforeEach(() => {
  root = realpathSync(mkdtempSync(join(tmpdir(), 'launching-')))
})
afterEach(() => rmSync(root, { recursive: true, force: true }))

describe('launches as the platform does', () => {
  const cases = recordedCases<LaunchingCase>('conformance/launching')

  test('all recorded cases are there', () => expect(cases).toHaveLength(24))

  test.each(cases)('%s', async (_name, recorded) => {
    for (const folder of ['app', 'tmp', 'logs', 'deps']) mkdirSync(join(root, folder))
    writeRecordedFiles(root, recorded.droplet)
    expect(await launch(recorded)).toEqual(recorded.expected)
  })
})

async function launch({ command, env = {} }: LaunchingCase) {
  const launch = await prepareLaunch({
    dropletDir: root,
    command,
    env: { PATH: process.env.PATH ?? '', LANG: 'C.UTF-8', ...env },
    launcher,
  })
  if (launch.kind === 'refused') return { exit: launch.exit, stdout: '', stderr: placeholders(launch.stderr) }
  const [argv0, ...args] = launch.argv
  const done = spawnSync(launch.file, args, { argv0, env: launch.env, cwd: launch.cwd, encoding: 'utf8' })
  const exit = done.signal ? -constants.signals[done.signal] : done.status
  return { exit, stdout: placeholders(done.stdout), stderr: placeholders(done.stderr) }
}

const placeholders = (text: string) => text.replaceAll(root, '<root>').replaceAll(launcher, '<launcher>')
