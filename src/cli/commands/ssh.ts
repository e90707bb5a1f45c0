import { once } from 'node:events'
import { constants } from 'node:os'
import { InputError } from '../../problems/problems.ts'
import type { CommandLine, RegisterCommand } from '../command-line.ts'
import { addChoice, chooseInstances, type InstanceChoice } from '../running-apps.ts'

/** `sidecar-buildpack ssh`: like `cf ssh`, for an instance of `run`. */
export const registerSsh: RegisterCommand = (program, line, exit) => {
  addChoice(
    program.command('ssh').description('open a shell or run a command in the container of a running app'),
    'web, else the first',
  )
    .option('-c, --command <command>', 'run this command instead of a shell')
    .addHelpText(
      'after',
      `
The shell starts in /home/vcap as vcap, with the environment of the app. The exit status is the command's.

Example, while an app runs in another terminal:
  $ sidecar-buildpack ssh
  $ sidecar-buildpack ssh my-app -c 'ps aux'`,
    )
    .action(
      async (app: string | undefined, { command, ...choice }: InstanceChoice & { command?: string }) => {
        if (process.platform !== 'linux') throw new InputError('ssh requires Linux')
        const [record] = chooseInstances(app, choice, line)
        const { openSession } = await import('../../diego/session.ts')
        const session = openSession(record, {
          ...(command !== undefined && { command }),
          // A command needs no terminal; asking for it takes several milliseconds.
          hasTerminal: command === undefined && process.stdin.isTTY === true,
          term: line.env.TERM,
        })
        exit(await attach(session, line))
      },
    )
}

/** @returns the exit status, as a shell reports it */
async function attach(
  { file, args, env, cwd }: ReturnType<typeof import('../../diego/session.ts').openSession>,
  { err }: CommandLine,
): Promise<number> {
  // Ctrl-C is for the program in the container, which gets it from the terminal too.
  const ignore = () => undefined
  for (const each of ['SIGINT', 'SIGQUIT'] as const) process.on(each, ignore)
  const { spawn } = await import('node:child_process')
  const child = spawn(file, args, { env, cwd, stdio: 'inherit' })
  for (const each of ['SIGTERM', 'SIGHUP'] as const) process.on(each, () => child.kill(each))
  try {
    const [status, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null]
    return status ?? 128 + (signal ? constants.signals[signal] : 0)
  } catch (thrown) {
    err(`error: ${(thrown as Error).message}\n`)
    return 1
  }
}
