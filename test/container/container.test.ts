import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, chownSync, existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import { text } from 'node:stream/consumers'
import { afterEach, describe, expect, test } from 'vitest'
import {
  type Container,
  isInContainer,
  type Program,
  type ReservedContainer,
  reserveContainer,
  vcapOnMachine,
} from '../../src/container/container.ts'
import { findContainerTools } from '../../src/container/tools.ts'
import { allProcesses, isAlive, processStat } from '../../src/system/proc.ts'
import { temporaryFolder } from '../support/files.ts'

const tools = await findContainerTools()
const why = 'reason' in tools ? ` (skipped: ${tools.reason}. ${tools.remedy})` : ''

type Running = Container & Pick<ReservedContainer, 'folder' | 'destroy'>
const running: Pick<ReservedContainer, 'destroy'>[] = []
afterEach(async () => {
  for (const each of running.splice(0)) await each.destroy()
})

function reserved(rootfs?: string): ReservedContainer {
  if ('reason' in tools) throw new Error(tools.reason)
  const place = { parent: tmpdir(), prefix: 'sidecar-buildpack-test-container-', hostname: 'a-host' }
  const container = reserveContainer({ tools, ...(rootfs !== undefined && { rootfs }) }, place)
  running.push(container)
  return container
}

async function aContainer(path = ''): Promise<Running> {
  const { folder, start, destroy } = reserved()
  const home = join(folder, 'home')
  mkdirSync(home)
  chownSync(home, vcapOnMachine().uid, vcapOnMachine().gid)
  const container = await start({ path, mounts: [{ source: home, at: '/home/vcap', writable: true }] })
  return { ...container, folder, destroy }
}

const PATH = '/usr/local/bin:/usr/bin:/bin'
const shell = (script: string, env: Program['env'] = {}): Program => ({
  file: '/bin/bash',
  args: ['-c', script],
  env: { PATH, ...env },
  cwd: '/home/vcap',
})

async function output(container: Container, program: Program) {
  const { file, args, env } = container.enter(program)
  const child = spawn(file, args, { env, stdio: ['ignore', 'pipe', 'pipe'] })
  const [stdout, stderr, [status, signal]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit') as Promise<[number | null, string | null]>,
  ])
  return { stdout, stderr, status, signal }
}

describe.skipIf('reason' in tools)(`a container${why}`, () => {
  test('is the home of vcap, by the names that the platform has', async () => {
    const container = await aContainer()
    const script =
      'id -u; id -g; whoami; pwd; hostname; readlink /app; ulimit -n; ulimit -u; stat -c %a /tmp; getent passwd vcap'
    const { stdout } = await output(container, shell(script))
    expect(stdout.split('\n')).toEqual([
      '2000',
      '2000',
      'vcap',
      '/home/vcap',
      'a-host',
      '/home/vcap/app',
      '16384',
      '1024',
      '1777',
      'vcap:x:2000:2000::/home/vcap:/bin/bash',
      '',
    ])
  })

  test('can be written to in its home and its temporary directories only', async () => {
    const container = await aContainer()
    const places = '/home/vcap /tmp /var/tmp /dev/shm / /home /etc /usr /root /run /sys'
    const script = `for each in ${places}; do (: > $each/x) 2> /dev/null && echo $each; done; true`
    const { stdout } = await output(container, shell(script))
    expect(stdout).toBe('/home/vcap\n/tmp\n/var/tmp\n/dev/shm\n')
  })

  test('shows its own processes only', async () => {
    const { stdout } = await output(await aContainer(), shell('ps -eo args='))
    expect(stdout.split('\n').slice(0, -1)).toEqual(['/tmp/garden-init -p', 'ps -eo args='])
  })

  test('gives a program its environment, including what changes how programs load', async () => {
    const env = { A: 'b c', LD_BIND_NOW: '1', BASH_ENV: '/home/vcap/none', TMOUT: '7', name: 'n', each: 'e' }
    const program = { ...shell('', env), file: '/usr/bin/env', args: [] }
    const { stdout, stderr } = await output(await aContainer(), program)
    // These every shell on the way sets, on the platform too.
    const got = stdout.split('\n').filter((line) => !/^(?:PWD|SHLVL|_)=/.test(line))
    expect(got.sort()).toEqual([
      '',
      'A=b c',
      'BASH_ENV=/home/vcap/none',
      'LD_BIND_NOW=1',
      `PATH=${PATH}`,
      'TMOUT=7',
      'each=e',
      'name=n',
    ])
    expect(stderr).toBe('')
  })

  test('passes on how a program ends', async () => {
    const container = await aContainer()
    expect(await output(container, shell('exit 7'))).toMatchObject({ status: 7, signal: null })
    expect(await output(container, shell('kill -9 $$'))).toMatchObject({ status: null, signal: 'SIGKILL' })
  })

  test('reports the pid of a program before it starts, and then its exit status, even if it was stopped meanwhile', async () => {
    const container = await aContainer()
    const told = container.enterTold(shell('trap "exit 9" TERM; echo up; while :; do sleep 0.05; done'))
    const child = spawn(told.file, told.args, { env: told.env, stdio: ['ignore', 'pipe', 'pipe', 'pipe'] })
    const control = child.stdio[3] as Duplex
    const [said] = (await once(control, 'data')) as [Buffer]
    const pid = Number(said)
    expect(isInContainer(pid, container.holder)).toBe(true)
    const out = child.stdout as Duplex
    expect(out.read()).toBe(null)
    control.end('\n')
    expect(String(((await once(out, 'data')) as [Buffer])[0])).toBe('up\n')
    process.kill(pid, 'SIGSTOP')
    process.kill(pid, 'SIGTERM')
    process.kill(pid, 'SIGCONT')
    expect((await once(child, 'exit'))[0]).toBe(9)
  })

  test('reports the exit status of programs that end at once', async () => {
    const container = await aContainer()
    for (let time = 0; time < 20; time++) {
      const told = container.enterTold(shell('exit 7'))
      const child = spawn(told.file, told.args, {
        env: told.env,
        stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
      })
      const control = child.stdio[3] as Duplex
      control.on('data', () => control.end('\n'))
      expect((await once(child, 'exit'))[0]).toBe(7)
    }
  })

  test('does not start a program when its parent is gone', async () => {
    const container = await aContainer()
    const told = container.enterTold(shell('echo started'))
    const child = spawn(told.file, told.args, { env: told.env, stdio: ['ignore', 'pipe', 'ignore', 'pipe'] })
    const stdout = text(child.stdout as Duplex)
    await once(child.stdio[3] as Duplex, 'data')
    ;(child.stdio[3] as Duplex).destroy()
    expect((await once(child, 'exit'))[0]).not.toBe(0)
    expect(await stdout).toBe('')
  })

  test('takes a daemon with it that left its session, its group and its environment', async () => {
    const container = await aContainer()
    await output(container, shell('env -i setsid -f sleep 1234 > /dev/null 2>&1'))
    const daemons = allProcesses().filter(({ pid }) => isInContainer(pid, container.holder))
    expect(daemons).toHaveLength(2) // The first process and the daemon.
    await container.destroy()
    expect(daemons.filter(({ pid }) => isAlive(pid))).toEqual([])
  })

  test('ends although a process in it was stopped by the entering process', async () => {
    const container = await aContainer()
    const { file, args, env } = container.enter(shell('kill -STOP $$'))
    const child = spawn(file, args, { env, stdio: 'ignore' })
    const isStopped = () => processStat(child.pid ?? 0)?.state === 'T'
    await expect.poll(isStopped, { timeout: 10_000 }).toBe(true)
    await container.destroy()
    expect(existsSync(container.folder)).toBe(false)
  })

  test('leaves no directory behind, even if the app made directories unreadable', async () => {
    const container = await aContainer()
    await output(container, shell('mkdir -p a/b tmp; touch a/b/c; chmod 0 a/b; chmod 0 a; chmod 0 .'))
    await container.destroy()
    expect(existsSync(container.folder)).toBe(false)
  })

  test('finds programs of this machine that PATH names in a home', async () => {
    const home = temporaryFolder({}, 'sidecar-buildpack-test-tools-')
    const bin = join(home, 'bin')
    mkdirSync(bin)
    mkdirSync(join(home, 'lib'))
    writeFileSync(join(home, 'lib', 'says'), 'found')
    writeFileSync(join(bin, 'my-tool'), '#!/bin/bash\ncat "${0%/*}/../lib/says"', { mode: 0o755 })
    chmodSync(home, 0o755)
    const { stdout } = await output(
      await aContainer(`${bin}:${PATH}`),
      shell('my-tool', { PATH: `${bin}:${PATH}` }),
    )
    expect(stdout).toBe('found')
  })

  test('is refused where its directory cannot be made', () => {
    const place = { parent: '/nonexistent', prefix: 'test-', hostname: 'a-host' }
    if ('reason' in tools) throw new Error(tools.reason)
    expect(() => reserveContainer({ tools }, place)).toThrow('ENOENT')
  })

  test('leaves nothing when it never starts', async () => {
    const { folder, destroy } = reserved()
    expect(existsSync(folder)).toBe(true)
    await destroy()
    expect(existsSync(folder)).toBe(false)
  })

  test('says why it does not start', async () => {
    const rootfs = temporaryFolder({}, 'sidecar-buildpack-test-rootfs-')
    for (const each of ['bin', 'etc']) mkdirSync(join(rootfs, each))
    writeFileSync(join(rootfs, 'bin', 'bash'), '', { mode: 0o755 })
    for (const each of ['passwd', 'group', 'hosts']) writeFileSync(join(rootfs, 'etc', each), '')
    const { start } = reserved(rootfs)
    const started = start({ path: '', mounts: [] })
    await expect(started).rejects.toThrow('the root file system has no /bin/umount')
  })
})
