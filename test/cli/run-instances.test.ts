/** Several processes and instances in one `run`, and the commands that reach it. */
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { CLI, runCli } from '../support/command-line.ts'
import { temporaryFolder } from '../support/files.ts'
import { freePort } from '../support/free-port.ts'
import { RUN_OPTIONS } from '../support/run-options.ts'

const work = temporaryFolder()
const droplet = join(work, 'shop', 'droplet.tgz')
const env = { PATH: process.env.PATH, TMPDIR: work }

const SERVER = `require('node:http')
  .createServer((request, response) => response.end(process.env.CF_INSTANCE_INDEX + ' ' + process.env.PORT))
  .listen(process.argv[2] || process.env.PORT, () => console.log('web up'))`

beforeAll(() => {
  const app = join(work, 'files', 'app')
  mkdirSync(app, { recursive: true })
  mkdirSync(dirname(droplet))
  writeFileSync(join(app, 'web.js'), SERVER)
  execFileSync('tar', ['-czf', droplet, '-C', join(work, 'files'), 'app'])
  const result = {
    process_types: {
      worker: 'echo working; exec sleep 3434',
      web: 'node web.js',
    },
    sidecars: [
      { name: 'helper', process_types: ['web', 'worker'], command: 'echo helping; exec sleep 3434' },
    ],
  }
  writeFileSync(join(dirname(droplet), 'result.json'), JSON.stringify(result))
})
afterEach(() => void command('stop'))

const command = (...args: readonly string[]) => runCli(args, { env })

/** The droplet with another start command. */
function staged(name: string, web: string): string {
  const copy = join(work, name, 'droplet.tgz')
  mkdirSync(dirname(copy), { recursive: true })
  copyFileSync(droplet, copy)
  writeFileSync(join(dirname(copy), 'result.json'), JSON.stringify({ process_types: { web }, sidecars: [] }))
  return copy
}

/** In the background, as soon as it is healthy. */
async function run(...args: readonly string[]) {
  const port = await freePort()
  const options = ['--env-from-shell', 'PATH', '--port', String(port), '--detach', ...RUN_OPTIONS]
  return { port, ...command('run', droplet, ...options, ...args) }
}

const answer = async (port: number) => (await fetch(`http://127.0.0.1:${port}/`)).text()

describe('run', () => {
  test('runs each process type in its container, with its sidecars and its port', async () => {
    const { port, status, stdout } = await run('--process', 'web', '--process', 'worker', '--log', 'short')
    expect(status).toBe(0)
    expect(stdout).toMatch(/^web +\| web up$/m)
    expect(stdout).toMatch(/^worker:helper +\| helping$/m)
    expect(await answer(port)).toBe(`0 ${port}`)
    expect(command('ps').stdout).toMatch(/^shop \(web\/0\), running[\s\S]*^shop \(worker\/0\), running/m)
    expect(command('ps', '--pid', 'helper').stderr).toMatch(
      /\d+ of shop \(worker\/0\); add --process TYPE\n$/,
    )
    expect(command('ps', '--pid', 'helper', '--process', 'worker').stdout).toMatch(/^\d+\n$/)
    expect(command('ssh', '--process', 'worker', '-c', 'echo $PORT').stdout).toBe(`${port + 1}\n`)
  })

  test('runs several instances, each of which is restarted and stopped alone', async () => {
    const { port } = await run('--instances', '2')
    expect([await answer(port), await answer(port + 1)]).toEqual([`0 ${port}`, `1 ${port + 1}`])
    const pids = () =>
      JSON.parse(command('ps', '--json').stdout).map(({ instance }: { instance: string }) => instance)
    const before = pids()
    expect(command('restart', 'shop', '-i', '1')).toMatchObject({
      status: 0,
      stdout: 'Restarted shop (web/1)\n',
    })
    const after = pids()
    expect([after[0] === before[0], after[1] === before[1]]).toEqual([true, false])
    expect(command('stop', '-i', '0').stdout).toBe('Stopped shop (web/0)\n')
    await expect(answer(port)).rejects.toThrow()
    expect(await answer(port + 1)).toBe(`1 ${port + 1}`)
    expect(command('logs', '--recent', '-i', '1').stdout).toMatch(/\[APP\/PROC\/WEB\/1\] OUT web up/)
    expect(command('logs', '--recent', '-i', '1').stdout).not.toContain('WEB/0')
  })

  test('says that an app of this name is running already, before its port is found in use', async () => {
    const { port, stderr } = await run()
    expect(stderr).not.toContain('is running already')
    const again = command('run', droplet, '--port', String(port), ...RUN_OPTIONS)
    expect(again.stderr).toMatch(
      /note: shop is running already; to stop it: sidecar-buildpack stop\n.*error: port \d+ \(\$PORT\) is in use/s,
    )
  })

  test('says how to stop it if it cannot be recorded for the other commands', async () => {
    const folder = join(work, 'unrecorded')
    mkdirSync(folder, { mode: 0o700 })
    const port = String(await freePort())
    const script = 'mkdir -p "$0/sidecar-buildpack/$$."{0,1}.json.new; exec "$@"'
    const options = ['--env-from-shell', 'PATH', '--port', port, '--instances', '2', ...RUN_OPTIONS]
    const child = spawn('bash', ['-c', script, folder, process.execPath, CLI, 'run', droplet, ...options], {
      env: { ...env, XDG_RUNTIME_DIR: folder },
    })
    let said = ''
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (said += text))
    await expect.poll(() => said, { timeout: 20_000 }).toContain('Container became healthy')
    child.kill('SIGTERM')
    await once(child, 'close')
    expect(said.match(/^note: no record .*$/gm)).toEqual([
      `note: no record can be written to ${folder}/sidecar-buildpack, so ps, logs and stop do not know this run; to stop it: kill ${child.pid}`,
    ])
  })

  test('in the background leaves nothing when the app crashes before it is healthy', async () => {
    const options = ['--detach', '--port', String(await freePort()), ...RUN_OPTIONS]
    const { status, stderr } = command('run', staged('quick', 'exit 3'), ...options)
    expect(status).toBe(1)
    expect(stderr).toContain('error: the app crashed before it was healthy; it was stopped\n')
    expect(command('ps').stdout).toBe('No instance is running.\n')
  })

  test('in the background keeps the last lines of an app that gives up, until it runs again', async () => {
    await run('--max-restarts', '0')
    process.kill(Number(command('ps', '--pid', 'web').stdout), 'SIGKILL')
    await expect.poll(() => command('ps').stdout, { timeout: 20_000 }).toBe('No instance is running.\n')
    const { status, stdout, stderr } = command('logs', 'shop', '--recent')
    expect([status, stderr]).toEqual([
      0,
      'note: shop is no longer running; these are the last lines of its log\n',
    ])
    expect(stdout).toMatch(/\[APP\/PROC\/WEB\/0\] OUT web up\n/)
    expect(stdout).toContain('"exit_description"=>"APP/PROC/WEB: Exited with status 137"')
    expect(command('logs', '--recent').stdout).toBe(stdout)
    await run()
    expect(command('logs', 'shop', '--recent').stdout).not.toContain('Exited with status 137')
    expect(command('stop').status).toBe(0)
    expect(command('logs', 'shop', '--recent').status).toBe(1)
  })

  test.each(['--restart-delay', '--health-interval', '--health-timeout'])(
    '%s needs a time with its unit',
    (option) => {
      const { status, stderr } = command('run', droplet, option, '30')
      expect(status).toBe(2)
      expect(stderr).toContain(`argument '30' is invalid. It is not a valid duration; use 30s.\n`)
    },
  )

  test('in the background fails when it is stopped before the app is healthy', async () => {
    const args = [CLI, 'run', staged('slow', 'sleep 3535'), '--detach', '--port', String(await freePort())]
    const detaching = spawn(process.execPath, [...args, ...RUN_OPTIONS], { env, cwd: work })
    let said = ''
    detaching.stdout.on('data', (text) => (said += text))
    detaching.stderr.on('data', (text) => (said += text))
    await expect.poll(() => said, { timeout: 20_000 }).toContain('Starting health monitoring')
    detaching.kill('SIGTERM')
    expect(await once(detaching, 'exit')).toEqual([1, null])
    expect(said).toContain('error: the app was stopped before it was healthy; nothing is left running\n')
  })

  test('refuses --watch for a droplet, which is not staged', () => {
    const { status, stderr } = command('run', droplet, '--watch')
    expect([status, stderr]).toEqual([1, 'error: --watch requires an app; a droplet is not staged again\n'])
  })

  test('says on which ports the app listens while the health check waits for another one', async () => {
    const other = await freePort()
    const copy = staged('other', `node web.js ${other}`)
    const port = await freePort()
    const options = [
      '--env-from-shell',
      'PATH',
      '--port',
      String(port),
      '--health-timeout',
      '5s',
      ...RUN_OPTIONS,
    ]
    const { status, stderr, stdout } = command('run', copy, ...options, '--max-restarts', '0')
    expect(status).toBe(1)
    expect(stderr).toContain(
      `note: the app listens on port ${other}, and the health check waits for port ${port}; listen on $PORT\n`,
    )
    expect(stdout).toContain('Timed out after 5s')
  })

  test('refuses ports beyond the last one', async () => {
    const { status, stderr } = command('run', droplet, '--port', '65535', '--instances', '2')
    expect([status, stderr]).toEqual([
      1,
      'error: 2 instances need 2 ports from 65535 on, but 65535 is the highest; use a lower --port\n',
    ])
  })
})

describe('ps', () => {
  test('shows one of several instances and a process that is suspended', async () => {
    await run('--instances', '2')
    const several = (name: string) => command('ps', '--pid', name).stderr
    expect(several('web')).toMatch(
      /are running: \d+ of shop \(web\/0\), \d+ of shop \(web\/1\); add -i INDEX\n/,
    )
    const [shown, ...more] = JSON.parse(command('ps', '-i', '1', '--json').stdout)
    expect([shown.index, more]).toEqual([1, []])
    const { pid } = shown.processes[0]
    expect(command('ps', '--pid', 'web', '-i', '1').stdout).toBe(`${pid}\n`)
    expect(command('ps', '--process', 'none').stderr).toContain(
      'No instance matches --process none. Running: ',
    )
    process.kill(pid, 'SIGSTOP')
    const states = JSON.parse(command('ps', '--json').stdout).map(
      (each: { processes: [{ state: string }] }) => each.processes[0].state,
    )
    process.kill(pid, 'SIGCONT')
    expect(states).toEqual(['running', 'suspended'])
  })

  test('shows one app of several, and the pid of one of its processes', async () => {
    expect(command('ps', '--pid', 'web').stderr).toContain('error: No app is running.')
    const { port } = await run()
    const args = ['--detach', '--env-from-shell', 'PATH', '--port', String(await freePort()), ...RUN_OPTIONS]
    command('run', staged('other', 'node web.js'), ...args)
    try {
      const { stderr } = command('ps', '--pid', 'web')
      expect(stderr).toMatch(
        /several processes web are running: \d+ of \w+ \(web\/0\), \d+ of \w+ \(web\/0\); add the name of the app\n/,
      )
      expect(command('ps', '--pid', 'none').stderr).toBe(
        'error: process none is not running; running: web, helper\n',
      )
      expect(command('run', droplet, '--port', String(port), ...RUN_OPTIONS).stderr).toContain(
        'note: shop is running already; to stop it: sidecar-buildpack stop shop\n',
      )
      const [shown, ...more] = JSON.parse(command('ps', 'other', '--json').stdout)
      expect([shown.app, more]).toEqual(['other', []])
      expect(command('ps', 'other', '--pid', 'web').stdout).toBe(`${shown.processes[0].pid}\n`)
      expect(command('ps', 'neither').stderr).toContain('error: App neither is not running. Running: ')
    } finally {
      command('stop', 'other')
    }
  })
})

describe('stop, restart, logs and ssh', () => {
  test.each([['stop'], ['restart'], ['logs'], ['logs', '--recent']])(
    '%s %s: say that the run is suspended',
    async (...args) => {
      await run()
      const [{ runner }] = JSON.parse(command('ps', '--json').stdout)
      process.kill(runner, 'SIGSTOP')
      try {
        const { status, stderr } = command(...args)
        const remedy = `Resume it with fg in its terminal, or with kill -CONT ${runner}`
        expect([status, stderr]).toEqual([
          1,
          `error: shop does not answer, because its run is suspended. ${remedy}\n`,
        ])
      } finally {
        process.kill(runner, 'SIGCONT')
      }
    },
  )

  test.each(['stop', 'restart', 'logs', 'ssh'])(
    '%s: name what runs when nothing of it is meant',
    async (name) => {
      expect(command(name).stderr).toBe('error: No app is running. Start one with sidecar-buildpack run\n')
      await run()
      expect(command(name, 'other').stderr).toBe('error: App other is not running. Running: shop (web/0)\n')
      const remedy = 'starts and stops with this instance. Pass the instance: shop --process web -i 0'
      for (const args of [['helper'], ['--process', 'helper']])
        expect(command(name, ...args).stderr).toBe(
          `error: helper is a sidecar of shop (web/0) and ${remedy}\n`,
        )
      expect(command(name, '-i', '3').stderr).toBe('error: No instance matches -i 3. Running: shop (web/0)\n')
    },
  )
})
