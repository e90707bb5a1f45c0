import { type ChildProcessWithoutNullStreams, execFileSync, spawn, spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeAll, describe, expect, test } from 'vitest'
import { machineAddress } from '../../src/diego/cell.ts'
import { isAlive } from '../../src/system/proc.ts'
import { CLI } from '../support/command-line.ts'
import { temporaryFolder } from '../support/files.ts'
import { freePort } from '../support/free-port.ts'
import { RUN_OPTIONS } from '../support/run-options.ts'
import { until } from '../support/waiting.ts'

const work = temporaryFolder()
const temporary = join(work, 'tmp')
const droplet = join(work, 'droplet.tgz')
const children: ChildProcessWithoutNullStreams[] = []

beforeAll(() => {
  mkdirSync(temporary)
  mkdirSync(join(work, 'droplet', 'app'), { recursive: true })
  writeFileSync(
    join(work, 'droplet', 'app', 'web.js'),
    `require('node:http').createServer((q, a) => a.end(process.env.MEMORY_LIMIT + ' ' + process.env.GREETING))
      .listen(process.env.PORT, process.env.BIND, () => console.log('web up'))`,
  )
  mkdirSync(join(work, 'droplet', 'app', '.profile.d'))
  writeFileSync(
    join(work, 'droplet', 'app', '.profile.d', 'shown.sh'),
    'echo "profile of $(head -zn1 /proc/$$/cmdline | tr -d "\\0") with $(umask)"',
  )
  execFileSync('tar', ['-czf', droplet, '-C', join(work, 'droplet'), 'app'])
  const sidecars = [
    {
      name: 'config-server',
      process_types: ['web', 'worker'],
      command: 'echo sidecar up; exec sleep 3535',
      memory: 64,
    },
  ]
  const process_types = {
    web: 'node web.js',
    worker: 'echo worker up; exec sleep 3535',
    shown: 'umask; exit 9',
    lost: 'no-such-command',
    crlf: 'printf "#!/bin/sh\\r\\n" > x.sh; chmod +x x.sh; exec bash -c "./x.sh; exit"',
    talker:
      'seq -f "line %.0f of many, each of which is as long as a line of a log may well be" 1 40000; exit 7',
  }
  writeFileSync(join(work, 'result.json'), JSON.stringify({ process_types, sidecars }))
})
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL')
})

const env = { PATH: process.env.PATH, TMPDIR: temporary }

const start = (...args: string[]) => startApp(droplet, ...args)

function startApp(app: string, ...args: string[]) {
  const child = spawn(
    process.execPath,
    [CLI, 'run', app, '--env-from-shell', 'PATH', ...RUN_OPTIONS, ...args],
    {
      env,
      cwd: work,
    },
  )
  children.push(child)
  let text = ''
  const waiting = new Set<() => void>()
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      text += chunk
      for (const look of waiting) look()
    })
  }
  const seen = (wanted: string) =>
    new Promise<void>((resolve, reject) => {
      const look = () => {
        if (text.includes(wanted)) resolve()
      }
      waiting.add(look)
      child.once('exit', () => reject(new Error(`${wanted} has not come:\n${text}`)))
      look()
    })
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve))
  return { child, seen, ended, text: () => text }
}

function ps() {
  return JSON.parse(execFileSync(process.execPath, [CLI, 'ps', '--json'], { env, encoding: 'utf8' }))
}

const containers = () =>
  readdirSync(temporary).filter((name) => name.startsWith('sidecar-buildpack-instance-'))

describe('run', () => {
  test('runs web with its sidecar, shows them in ps, starts again after a kill, ends with Ctrl-C', async () => {
    const port = await freePort()
    const run = start(
      '--port',
      String(port),
      '--memory',
      '512M',
      '--env',
      'GREETING=hello',
      '--restart-delay',
      '10ms',
    )
    await run.seen('Container became healthy')
    expect(await (await fetch(`http://127.0.0.1:${port}`)).text()).toBe('448m hello')

    const [instance] = ps()
    expect(instance).toMatchObject({
      processType: 'web',
      state: 'running',
      crashes: 0,
      port,
      memory: { limit: 512 },
    })
    const names = instance.processes.map((each: { name: string; state: string }) => [each.name, each.state])
    expect(names).toEqual([
      ['web', 'running'],
      ['config-server', 'running'],
    ])
    const pid = execFileSync(process.execPath, [CLI, 'ps', '--pid', 'config-server'], {
      env,
      encoding: 'utf8',
    })
    expect(pid).toBe(`${instance.processes[1].pid}\n`)
    const other = spawnSync(process.execPath, [CLI, 'ps', '--pid', 'config'], { env, encoding: 'utf8' })
    expect(other).toMatchObject({
      status: 1,
      stderr: 'error: process config is not running; running: web, config-server\n',
    })
    process.kill(Number(pid), 'SIGKILL')
    await run.seen(
      '"exit_description"=>"APP/PROC/WEB/SIDECAR/CONFIG-SERVER: Exited with status 137", "crash_count"=>1',
    )
    await until(() => run.text().split('Container became healthy').length === 3)
    expect(ps()[0]).toMatchObject({ crashes: 1, state: 'running' })

    run.child.kill('SIGINT')
    expect(await run.ended).toBe(0)
    expect(run.text()).toContain('successfully destroyed container')
    expect(containers()).toEqual([])
    expect(ps()).toEqual([])
  })

  const address = machineAddress()
  test.skipIf(address === '127.0.0.1')(
    `an app that listens on 127.0.0.1 only is unhealthy, and a note says why${address === '127.0.0.1' ? ': skipped, this machine has no other IPv4 address' : ''}`,
    async () => {
      const port = await freePort()
      writeFileSync(join(work, 'demo.yml'), 'applications:\n- {name: demo, timeout: 1}\n')
      const options = ['-f', 'demo.yml', '--max-restarts', '0', '--port', String(port)]
      const run = start(...options, '--env', 'BIND=127.0.0.1')
      expect(await run.ended).toBe(1)
      expect(run.text()).toContain('note: the app listens on the loopback address only')
      const where = `${address}:${port}`
      expect(run.text()).toMatch(
        new RegExp(
          `"exit_description"=>"Instance never healthy after .*: failed to make TCP connection to ${where}: dial tcp ${where}: connect: connection refused"`,
        ),
      )
    },
  )

  test('ends with 1 when the restarts are used up', async () => {
    const run = start('--process', 'worker', '--max-restarts', '0')
    await run.seen('sidecar up')
    process.kill(ps()[0].processes[0].pid, 'SIGTERM')
    expect(await run.ended).toBe(1)
    expect(run.text()).toContain('APP/PROC/WORKER: Exited with status 143')
  })

  test('killed with -9, its watchdog ends the processes and removes the container', async () => {
    const run = start('--process', 'worker')
    await run.seen('worker up')
    const pids: number[] = ps()[0].processes.map(({ pid }: { pid: number }) => pid)
    expect(containers()).toHaveLength(1)
    run.child.kill('SIGKILL')
    await until(() => !pids.some(isAlive) && containers().length === 0)
    expect(ps()).toEqual([])
  })

  test("gives processes the launcher's name for its bash and the platform's umask, whatever the user's is", async () => {
    const args = [
      CLI,
      'run',
      droplet,
      '--process',
      'shown',
      '--max-restarts',
      '0',
      '--env-from-shell',
      'PATH',
    ]
    const command = ['-c', 'umask 077; exec "$0" "$@"', process.execPath, ...args]
    const { stdout } = spawnSync('bash', command, { env, encoding: 'utf8' })
    expect(stdout).toContain('OUT profile of bash with 0022')
    expect(stdout).toMatch(/PROC\/SHOWN\/0\] OUT 0022/)
  })

  test("says what to do when a command is not on the platform's PATH", async () => {
    const run = start('--process', 'lost', '--max-restarts', '0', '--env', 'PATH=/usr/bin:/bin')
    expect(await run.ended).toBe(1)
    expect(run.text()).not.toContain('note:')
    const bare = spawnSync(
      process.execPath,
      [CLI, 'run', droplet, '--process', 'lost', '--max-restarts', '0'],
      {
        env,
        encoding: 'utf8',
      },
    )
    expect(bare.stderr).toContain('note: status 127 means that a command was not found')
    expect(bare.stderr).toContain('--env-from-shell PATH')
  })

  test('says why a script could not run', async () => {
    const run = start('--process', 'crlf', '--max-restarts', '0')
    expect(await run.ended).toBe(1)
    expect(run.text()).toMatch(/note: status 12[67]: \.\/x\.sh: .*; a script needs an existing interpreter /)
    expect(run.text()).not.toContain('means that a command was not found')
  })

  test('ends when the reader of its log is gone', async () => {
    const run = start('--process', 'worker', '--restart-delay', '1ms')
    await run.seen('worker up')
    await run.seen('sidecar up')
    const [{ pid }] = ps()[0].processes
    run.child.stdout.destroy()
    process.kill(pid, 'SIGKILL')
    expect(await run.ended).toBe(0)
    expect(containers()).toEqual([])
  })

  test('stages an app first, through the buildpacks that are given', async () => {
    const write = (path: string, text: string) => {
      mkdirSync(join(work, path, '..'), { recursive: true })
      writeFileSync(join(work, path), text, { mode: 0o755 })
    }
    write('my-app/greeting', 'hello from the app\n')
    write('final/bin/detect', '#!/bin/sh')
    const launch = 'processes:\n- {type: cat, command: cat greeting; sleep 9}\n'
    const sidecar = '- {type: helper, command: sleep 9, platforms: {cloudfoundry: {sidecar_for: [cat]}}}\n'
    write(
      'final/bin/finalize',
      `#!/bin/sh\necho finalizing >&2; printf '${launch}${sidecar}' > $3/$4/launch.yml\n`,
    )
    const run = startApp('my-app', '-b', 'final', '--process', 'cat', '--keep', 'kept')
    await run.seen('finalizing')
    await run.seen('Running my-app (cat) with helper')
    await run.seen('OUT hello from the app')
    run.child.kill('SIGTERM')
    expect(await run.ended).toBe(0)
    expect(readdirSync(join(work, 'kept')).sort()).toEqual(['droplet.tgz', 'result.json'])
    expect(readdirSync(temporary).filter((name) => name.startsWith('sidecar-buildpack-staged'))).toEqual([])
  })

  test('an instance that is started again has its files as they were staged', async () => {
    mkdirSync(join(work, 'changing'))
    writeFileSync(join(work, 'changing/note'), 'as staged')
    const web = 'echo "$(cat note)"; echo changed > note; exit 3'
    writeFileSync(join(work, 'changing/sidecars.yml'), JSON.stringify({ processes: { web } }))
    const port = String(await freePort())
    const run = startApp('changing', '--port', port, '--restart-delay', '0s', '--max-restarts', '1')
    await run.seen('creating container')
    const [staged] = readdirSync(temporary).filter((name) => name.startsWith('sidecar-buildpack-staged'))
    expect(readdirSync(join(temporary, String(staged))).sort()).toEqual(['droplet', 'result.json'])
    expect(await run.ended).toBe(1)
    expect(run.text().match(/OUT (as staged|changed)$/gm)).toEqual(['OUT as staged', 'OUT as staged'])
    expect(readdirSync(temporary).filter((name) => name.startsWith('sidecar-buildpack-staged'))).toEqual([])
  })

  test('leaves no staged files when it is killed with -9', async () => {
    mkdirSync(join(work, 'killed'))
    writeFileSync(
      join(work, 'killed/sidecars.yml'),
      JSON.stringify({ processes: { web: 'echo up; exec sleep 9' } }),
    )
    const run = startApp('killed', '--port', String(await freePort()))
    await run.seen('OUT up')
    const staged = () => readdirSync(temporary).filter((name) => name.startsWith('sidecar-buildpack-staged'))
    expect(staged()).toHaveLength(1)
    run.child.kill('SIGKILL')
    await expect.poll(staged, { timeout: 8000 }).toEqual([])
  })

  test('on a second Ctrl-C kills remaining processes, with a note', async () => {
    mkdirSync(join(work, 'stubborn'))
    const web = 'trap "" TERM; echo up; while :; do sleep 0.1; done'
    writeFileSync(join(work, 'stubborn/sidecars.yml'), JSON.stringify({ processes: { web } }))
    const run = startApp('stubborn', '--port', String(await freePort()))
    await run.seen('OUT up')
    const asked = performance.now()
    run.child.kill('SIGINT')
    await run.seen('stopping instance')
    expect(run.text()).not.toContain('killed')
    run.child.kill('SIGINT')
    expect(await run.ended).toBe(0)
    expect(run.text()).toContain('note: killed all processes\n')
    expect(performance.now() - asked).toBeLessThan(8000)
  })

  test('does not stage first when a variable of the shell is missing', async () => {
    mkdirSync(join(work, 'unstaged'))
    writeFileSync(join(work, 'unstaged/Procfile'), 'web: sleep 9\n')
    const run = startApp('unstaged', '--env-from-shell', 'NOT_THERE')
    expect(await run.ended).toBe(1)
    expect(run.text()).toBe('error: --env-from-shell NOT_THERE: this variable is not set in your shell\n')
  })

  test('reports unreadable files, and files that are not droplets', async () => {
    const nothing = startApp('nothing.tgz')
    expect(await nothing.ended).toBe(1)
    expect(nothing.text()).toContain('nothing.tgz not found')
    writeFileSync(join(work, 'page.tgz'), '<html>')
    const page = startApp('page.tgz')
    expect(await page.ended).toBe(1)
    expect(page.text()).toContain(
      'error: page.tgz is not a droplet, which is a tar archive compressed with gzip',
    )
    writeFileSync(join(work, 'broken.tgz'), Buffer.from([0x1f, 0x8b, 1, 2, 3]))
    const broken = startApp('broken.tgz', '--process', 'worker')
    expect(await broken.ended).toBe(1)
    expect(broken.text()).toContain('broken.tgz cannot be unpacked as a droplet')
  })

  test.skipIf(spawnSync('script', ['--version']).status !== 0)(
    'on a terminal shows the state of each process below its log, in a pipe the log alone',
    async () => {
      const words = [process.execPath, CLI, 'run', droplet, '--process', 'worker', '--max-restarts', '0']
      const command = words.map((word) => JSON.stringify(word)).join(' ')
      const child = spawn('script', ['-qec', command, '/dev/null'], {
        env: { ...env, TERM: 'xterm' },
        cwd: work,
      })
      children.push(child)
      let text = ''
      child.stdout.on('data', (chunk) => {
        text += chunk
      })
      await until(
        () => /worker .*pid \d+ .*ready.* of 960M/.test(text) && /config-server \(sidecar\)/.test(text),
      )
      process.kill(ps()[0].processes[0].pid, 'SIGKILL')
      await new Promise((resolve) => child.once('close', resolve))
      expect(text.slice(text.lastIndexOf('\x1b[J'))).toContain('giving up: --max-restarts reached')

      const piped = start('--process', 'worker')
      await piped.seen('worker up')
      piped.child.kill('SIGTERM')
      await piped.ended
      expect(piped.text()).not.toContain('\x1b')
    },
  )

  test('a slow reader loses no line of a process that writes fast, and memory stays bounded', async () => {
    const run = start('--process', 'talker', '--max-restarts', '0')
    run.child.stdout.pause()
    await new Promise((resolve) => setTimeout(resolve, 1000))
    // It would have ended long ago if somebody had taken all of it.
    const talker = () => ps()[0]?.processes[0]
    await expect.poll(talker, { timeout: 10_000 }).toMatchObject({ name: 'talker', state: 'running' })
    run.child.stdout.resume()
    expect(await run.ended).toBe(1)
    const numbers = run.text().matchAll(/OUT line (\d+) of/g)
    let next = 1
    for (const [, number] of numbers) expect(Number(number)).toBe(next++)
    expect(next).toBe(40_001)
    expect(run.text()).toContain('OUT Exit status 7')
  })

  test.each([
    ['echo "memory $MEMORY_LIMIT"', 0, 'memory 128m'],
    ['exit 3', 1, 'Exit status 3'],
  ])('runs the task %j and ends with %i', async (command, status, line) => {
    const run = start('--task', command, '--task-name', 'Migrate', '--memory', '128M')
    expect(await run.ended).toBe(status)
    expect(run.text()).toContain(`[APP/TASK/Migrate/0] OUT ${line}`)
    expect(run.text()).not.toMatch(/sidecar up|App instance exited|Downloading/)
    expect(containers()).toEqual([])
  })

  test.each([['--all'], ['--instances', '2'], ['--process', 'web', '--process', 'worker']])(
    'runs a task once, so not with %s',
    async (...options) => {
      const run = start('--task', 'true', ...options)
      expect(await run.ended).toBe(2)
      expect(run.text()).toContain('error: --task runs once: use it without')
    },
  )

  test('says who has the port', async () => {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const address = server.address()
    const port = typeof address === 'object' && address ? address.port : 0
    const run = start('--port', String(port))
    expect(await run.ended).toBe(1)
    expect(run.text()).toContain(`port ${port} ($PORT) is in use by`)
    expect(run.text()).toContain(`(pid ${process.pid}); choose another port with --port`)
    server.close()
  })

  test.each([
    [['--memory', '64'], 2, 'Use for example 512M or 1G.'],
    [['--port', '0'], 2, 'Use a port from 1 to 65535.'],
    [['--env', 'NOTHING'], 2, 'Use NAME=VALUE.'],
    [['--process', 'clock'], 1, 'defined types: web, worker'],
    [['-f', 'nothing.yml'], 1, '-f: manifest nothing.yml not found'],
    [['--services', 'nothing'], 1, '--services: nothing does not exist'],
    [['--rootfs', '/nothing'], 1, '--rootfs: /nothing not found'],
    [['--env-from-shell', 'NOT_THERE'], 1, 'this variable is not set in your shell'],
  ])('refuses %j with what to write', async (args, status, message) => {
    const run = start(...args)
    expect(await run.ended).toBe(status)
    expect(run.text()).toContain(message)
    expect(run.text()).not.toMatch(/\n {4}at /)
  })
})
