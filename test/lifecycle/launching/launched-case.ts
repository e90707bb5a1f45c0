/** Launches a recorded case, and puts what comes out into the form of what was recorded. */
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { constants, tmpdir } from 'node:os'
import { join } from 'node:path'
import { prepareLaunch } from '../../../src/lifecycle/launching/launch.ts'
import { inStack } from '../../support/in-stack.ts'
import { type LaunchingCase, writeRecordedFiles } from '../recorded-cases.ts'

const LAUNCHER = '/tmp/lifecycle/launcher'

export async function launchRecorded(recorded: LaunchingCase): Promise<LaunchingCase['expected']> {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'launching-')))
  try {
    for (const folder of ['app', 'tmp', 'logs', 'deps']) {
      if (recorded.droplet?.[folder] === undefined) mkdirSync(join(root, folder))
    }
    writeRecordedFiles(root, recorded.droplet)
    return await launch(recorded, root)
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}

async function launch(
  { command, env = {} }: LaunchingCase,
  root: string,
): Promise<LaunchingCase['expected']> {
  const placeholders = (text: string) => text.replaceAll(root, '<root>').replaceAll(LAUNCHER, '<launcher>')
  const launch = await prepareLaunch({
    dropletDir: root,
    command,
    env: { PATH: process.env.PATH ?? '', LANG: 'C.UTF-8', ...env },
    launcher: LAUNCHER,
  })
  if (launch.kind === 'refused') return { exit: launch.exit, stdout: '', stderr: placeholders(launch.stderr) }
  const [argv0, ...args] = launch.argv
  const [file, words] = inStack(launch.file, args)
  const done = spawnSync(file, words, {
    ...(file === launch.file && { argv0 }),
    env: launch.env,
    cwd: launch.cwd,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const exit = done.signal ? -constants.signals[done.signal] : (done.status ?? -1)
  return { exit, stdout: placeholders(done.stdout), stderr: placeholders(done.stderr) }
}
