/** Programs of a sidecar that the app, its tasks and `ssh` sessions call, in a droplet staged by the command line. */
import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, expect, test } from 'vitest'
import { CLI, runCli } from '../support/command-line.ts'
import { temporaryFolder, writeFiles } from '../support/files.ts'
import { freePort } from '../support/free-port.ts'
import { RUN_OPTIONS } from '../support/run-options.ts'

const work = temporaryFolder()
const env = { PATH: process.env.PATH, TMPDIR: work }
const running: ChildProcessWithoutNullStreams[] = []
afterEach(async () => {
  for (const each of running.splice(0))
    if (each.exitCode === null && each.kill('SIGINT')) await once(each, 'close')
})

const WEB = `#!/bin/bash
echo "the app: $(scan app)"
exec node -e "require('http').createServer((q, a) => a.end()).listen(process.env.PORT)"
`

function staged(app: string, ...options: readonly string[]): string {
  const { status, stderr } = spawnSync(
    process.execPath,
    [CLI, 'stage', app, ...options, '-o', `${app}-out`],
    {
      env,
      cwd: work,
      encoding: 'utf8',
    },
  )
  expect(stderr, stderr).toSatisfy(() => status === 0)
  return join(work, `${app}-out`, 'droplet.tgz')
}

const call = (...args: readonly string[]) => runCli(args, { env, cwd: work })

/** Runs the droplet until its log has each of these lines. */
async function logOf(droplet: string, ...lines: readonly string[]): Promise<string> {
  const args = [
    CLI,
    'run',
    droplet,
    '--port',
    `${await freePort()}`,
    '--env-from-shell',
    'PATH',
    ...RUN_OPTIONS,
  ]
  const run = spawn(process.execPath, args, { env, cwd: work })
  running.push(run)
  let log = ''
  await new Promise<void>((resolve, reject) => {
    for (const stream of [run.stdout, run.stderr])
      stream.on('data', (chunk) => {
        log += chunk
        if (lines.every((each) => log.includes(each))) resolve()
      })
    run.once('close', () => reject(new Error(log)))
  })
  return log
}

test('with path: true they are called by the app, by a task and in an ssh session', async () => {
  writeFiles(work, {
    'app/sidecars.yml': `
sidecars: [{name: scanner, source: {path: scanner, executable: bin/scand}, path: true}]
processes: {web: ./web}`,
    'app/web': WEB,
    'app/scanner/bin/scand': '#!/bin/bash\nexec sleep 3535\n',
    'app/scanner/bin/scan': '#!/bin/bash\necho "scanned for $1"\n',
  })
  const droplet = staged('app')
  const task = ['run', droplet, '--task', 'scan task', '--env-from-shell', 'PATH', ...RUN_OPTIONS]
  expect(call(...task).stdout).toContain('scanned for task')
  await logOf(droplet, 'the app: scanned for app', 'Container became healthy')
  expect(call('ssh', '-c', 'scan ssh')).toMatchObject({ status: 0, stdout: 'scanned for ssh\n' })
})

test('a sidecar runs a program that another buildpack has put into its deps', async () => {
  writeFiles(work, {
    'deps-app/sidecars.yml': `
sidecars:
  - {name: agent, source: {deps: apt/opt/agent, executable: bin/agent}, args: ["$SIDECAR_HOME"], path: true}
processes: {web: ./web}`,
    'deps-app/web': WEB,
    'vendor/bin/detect': '#!/bin/bash\n',
    'vendor/bin/supply': `#!/bin/bash
mkdir -p "$3/$4/apt/opt/agent/bin"
cd "$3/$4/apt/opt/agent"
printf '#!/bin/bash\\necho "agent of $1"; exec sleep 3535\\n' > bin/agent
printf '#!/bin/bash\\necho "scanned for $1"\\n' > scan
chmod +x bin/agent scan
`,
  })
  const droplet = staged('deps-app', '-b', 'vendor', '-b', 'sidecar')
  const log = await logOf(droplet, 'the app: scanned for app', 'agent of')
  expect(log).toMatch(/\[APP\/PROC\/WEB\/SIDECAR\/AGENT\/0\] OUT agent of \/\S+\/deps\/0\/apt\/opt\/agent\n/)
})

test('a sidecar whose program no buildpack has ends with the paths; staging has warned', async () => {
  writeFiles(work, {
    'none/sidecars.yml':
      'sidecars: [{name: agent, source: {deps: apt/agent}}]\nprocesses: {web: sleep 3535}\n',
    'other/bin/detect': '#!/bin/bash\n',
    'other/bin/supply': '#!/bin/bash\n',
  })
  const options = ['-b', 'other', '-b', 'sidecar', '--port', `${await freePort()}`, '--max-restarts', '0']
  const { stdout, stderr, status } = call('run', 'none', ...options, ...RUN_OPTIONS)
  expect(stdout + stderr).toContain(
    'sidecars.yml:1:34: sidecar agent needs apt/agent to start, which no buildpack before this one has',
  )
  expect(stdout).toMatch(
    /ERR sidecar "agent": source.deps not found, looked at: \/\S+\/deps\/0\/apt\/agent\n/,
  )
  expect(stdout).toContain('APP/PROC/WEB/SIDECAR/AGENT: Exited with status 1')
  expect(status).toBe(1)
})

test('plan, validate, vendor and package take a source in deps for what it is: nothing to copy', () => {
  writeFiles(work, {
    'maker/sidecars.yml':
      'sidecars: [{name: agent, memory: 64M, source: {deps: apt/agent}, path: true}]\nprocesses: {web: x}\n',
  })
  const plan = call('plan', 'maker').stdout
  expect(plan).toContain(
    "Sidecar agent: with web, 64M, on the app's PATH\n  source: deps apt/agent, found at start",
  )
  expect(plan).toContain('Added to the droplet: 0 bytes\n')
  const page = join(work, 'plan.html')
  expect(call('plan', 'maker', '--html', page).status).toBe(0)
  expect(readFileSync(page, 'utf8')).toContain('deps apt/agent (found at start in another buildpack)')
  expect(call('validate', 'maker')).toMatchObject({ status: 0, stderr: '' })
  expect(call('vendor', 'maker').stdout).toContain('Nothing to do: ')
  const own = ['--sidecars', 'maker', '--name', 'acme', '--version', '1.0.0', '--summary']
  expect(call('package', ...own).stdout).toContain('| agent | web | 64M | deps/*/apt/agent |')
  expect(call('package', ...own, '--json')).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('error: --summary and --json cannot be used together'),
  })
})
