/** `setup`: a shell script of the user, run once at staging in the sidecar's directory. */
import { spawn } from 'node:child_process'
import { tmpdir } from 'node:os'
import { dirname } from 'node:path'
import type { Sidecar } from '../config/sidecar.ts'
import type { Log } from '../log/log.ts'
import { makeNamedPipes, startIntoPipes } from '../log/named-pipes.ts'
import { Problems } from '../problems/problems.ts'
import type { Environment } from '../system/environment.ts'

/** Five minutes: by default, the platform allows fifteen for the whole staging. */
const TIME_LIMIT = 5 * 60_000
/** Characters. An endless line would fill the memory. */
const LONGEST_LINE = 64 * 1024

interface Setup extends Required<Pick<Sidecar, 'name' | 'setup'>> {
  readonly folder: string
  readonly env: Environment
  readonly log: Log
  /** Milliseconds. */
  readonly timeLimit?: number
}

/**
 * Runs $1 in its own process group, which ends with the staging: descriptor 3 is closed then, whatever the reason.
 * `exec`, so that `wait` in the script ignores the watching process; -p, so that the file in BASH_ENV runs only once.
 * (Not standard input: bash reads ~/.bashrc when that is a socket.)
 */
const ENDS_WITH_STAGING = `{ read -r _ <&3; kill -KILL -- -$$; } >/dev/null 2>&1 &
exec 3<&-
exec bash -c "$1"`

/** @throws InputError at the place of the script when it fails or takes too long; its whole process group is killed then */
export async function runSetup({
  name,
  setup: { script, place },
  folder,
  env,
  log,
  timeLimit = TIME_LIMIT,
}: Setup): Promise<void> {
  log.info(`setup of ${name}`)
  // Not in the droplet, where it would remain after a killed staging, unless TMPDIR (perhaps of the app) is invalid.
  const [pipes] = await makeNamedPipes(tmpdir()).catch(() => makeNamedPipes(dirname(folder)))
  const { child, stdout, stderr } = startIntoPipes(pipes, (out, err) =>
    spawn('bash', ['-p', '-c', ENDS_WITH_STAGING, 'setup', script], {
      cwd: folder,
      env: { ...env, SIDECAR_HOME: folder },
      stdio: ['ignore', out, err, 'pipe'],
      detached: true,
    }),
  )
  let hasOutput = false
  const lines = [stdout, stderr].map((stream) =>
    forEachLine(stream, (line) => {
      log.output(`  ${line}`)
      hasOutput = true
    }),
  )
  let late = false
  const timer = setTimeout(() => {
    late = true
    killGroup(child.pid)
  }, timeLimit)
  const ended = await new Promise<string>((resolve) => {
    child.on('error', (error) => resolve(error.message))
    child.on('exit', (code, signal) =>
      resolve(code === 0 ? '' : signal ? `ended by ${signal}` : `status ${code}`),
    )
  })
  clearTimeout(timer)
  killGroup(child.pid)
  await Promise.all(lines)
  const problems = new Problems()
  const above = hasOutput ? '; its output is above' : ''
  if (late) {
    const what = `setup of ${name} took longer than ${timeLimit / 1000} s`
    problems.error(place, what, `make it faster, or do its work before cf push${above}`)
  } else if (ended) {
    const isStarted = child.pid !== undefined
    const what = `setup of ${name} failed (${ended})`
    problems.error(place, what, isStarted ? `correct the script${above}` : undefined)
  }
  problems.throwIfErrors()
}

async function forEachLine(stream: NodeJS.ReadableStream, take: (line: string) => void): Promise<void> {
  let rest = ''
  // A chunk may end in the middle of a character.
  for await (const chunk of stream.setEncoding('utf8')) {
    const parts = (rest + chunk).split('\n')
    rest = parts.pop() ?? ''
    for (const part of parts) take(part)
    for (; rest.length > LONGEST_LINE; rest = rest.slice(LONGEST_LINE)) take(rest.slice(0, LONGEST_LINE))
  }
  if (rest) take(rest)
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return
  try {
    process.kill(-pid, 'SIGKILL')
  } catch {
    // The group has ended.
  }
}
