import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { tmpdir } from 'node:os'
import { InputError } from '../../config/problems.ts'
import type { RunRecord } from '../../diego/records.ts'
import type { CommandLine, RegisterCommand } from '../command-line.ts'

/** `sidecar-buildpack ssh`: what `cf ssh` is, for an instance that `run` runs. */
export const registerSsh: RegisterCommand = (program, line, exit) => {
  program
    .command('ssh')
    .description('open a shell, or run a command, in the container of an app that `run` runs')
    .argument('[app]', "the app's name; default: the only one that runs")
    .option('-c, --command <command>', 'run this command instead of a shell')
    .addHelpText(
      'after',
      `
The shell starts in /home/vcap as vcap, with the environment of the app. The exit status is that of the command.

Example, while an app runs in another terminal:
  $ sidecar-buildpack ssh
  $ sidecar-buildpack ssh my-app -c 'ps aux'`,
    )
    .action(async (app: string | undefined, { command }: { command?: string }) => {
      if (process.platform !== 'linux') throw new InputError('ssh needs Linux')
      const { readRecords, recordsFolder } = await import('../../diego/records.ts')
      const { openSession } = await import('../../diego/session.ts')
      const record = chooseRun(readRecords(recordsFolder(line.env, tmpdir())), app)
      const session = openSession(record, {
        ...(command !== undefined && { command }),
        hasTerminal: process.stdin.isTTY === true,
        term: line.env.TERM,
      })
      exit(await attach(session, line))
    })
}

/** @throws InputError when none is meant, or more than one */
function chooseRun(runs: readonly RunRecord[], app: string | undefined): RunRecord {
  const names = runs.map((each) => each.app).join(', ')
  if (runs.length === 0) throw new InputError('No app is running. Start one with sidecar-buildpack run')
  const [found, ...others] = runs.filter((each) => app === undefined || each.app === app)
  if (!found) throw new InputError(`App ${app} is not running. Running: ${names}`)
  if (others.length > 0) throw new InputError(`Several apps are running: ${names}. Name one of them`)
  return found
}

/** @returns the exit status, as a shell tells it */
async function attach(
  { file, args, env, cwd }: ReturnType<typeof import('../../diego/session.ts').openSession>,
  { err }: CommandLine,
): Promise<number> {
  // Ctrl-C is for the program in the container, which gets it from the terminal as this process does.
  const ignore = () => undefined
  for (const each of ['SIGINT', 'SIGQUIT'] as const) process.on(each, ignore)
  const child = spawn(file, args, { env, cwd, stdio: 'inherit' })
  for (const each of ['SIGTERM', 'SIGHUP'] as const) process.on(each, () => child.kill(each))
  try {
    const [status, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null]
    const { constants } = await import('node:os')
    return status ?? 128 + (signal ? constants.signals[signal] : 0)
  } catch (thrown) {
    err(`error: ${(thrown as Error).message}\n`)
    return 1
  }
}
