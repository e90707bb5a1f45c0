/** A droplet that tries to get out of its container, or to change what is outside. */
import { execFileSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { findContainerTools } from '../../../src/container/tools.ts'
import { freePort } from '../../support/free-port.ts'
import { Workplace } from '../../support/local-run.ts'

const tools = await findContainerTools()
const why = 'reason' in tools ? ` (skipped: ${tools.reason})` : ''

const place = new Workplace()
const outside = mkdtempSync(join(tmpdir(), 'sidecar-buildpack-outside-'))
const secret = join(outside, 'secret')
writeFileSync(secret, 'as before')
afterEach(() => expect(readFileSync(secret, 'utf8')).toBe('as before'))
afterAll(async () => {
  await place.end()
  rmSync(outside, { recursive: true, force: true })
})

function dropletOf(files: (app: string) => void): string {
  const root = mkdtempSync(join(place.folder, 'droplet-'))
  const app = join(root, 'app')
  mkdirSync(app)
  files(app)
  const droplet = `${root}.tgz`
  execFileSync('tar', ['-czf', droplet, '-C', root, '.'])
  writeFileSync(
    join(place.folder, 'result.json'),
    JSON.stringify({ process_types: { web: 'bash app.sh; echo done; sleep 100' } }),
  )
  return droplet
}

async function logOf(script: string, files: (app: string) => void = () => undefined): Promise<string> {
  const droplet = dropletOf((app) => {
    writeFileSync(join(app, 'app.sh'), script)
    files(app)
  })
  const run = place.run([droplet, '--port', String(await freePort())])
  await run.line('OUT done')
  await run.end()
  return run.lines.map(({ text }) => text).join('\n')
}

const tries = (commands: readonly string[]) =>
  commands.map((each, at) => `if (${each}) > /dev/null 2>&1; then echo "did ${at}: ${each}"; fi`).join('\n')

describe.skipIf('reason' in tools)(`a hostile droplet${why}`, () => {
  test('cannot mount, write to the machine, or change its kernel, not even in new namespaces', async () => {
    const commands = [
      'mount -t tmpfs none /etc',
      'mount -o remount,rw /',
      'mount -o remount,bind,rw /usr',
      'umount -l /etc/passwd',
      'umount -l /proc',
      'echo x > /etc/passwd',
      'echo x > /usr/bin/x',
      'echo x > /proc/sys/kernel/core_pattern',
      'echo c > /proc/sysrq-trigger',
      'mknod /tmp/disk b 8 0',
      'chroot / true',
      'unshare --user --map-root-user --mount mount -o remount,bind,rw /usr',
      'unshare --user --map-root-user --mount umount /etc/passwd',
      'unshare --user --map-root-user --mount --pid --fork --mount-proc bash -c "echo x > /proc/sys/kernel/core_pattern"',
      `cat ${secret}`,
      `echo x > ${secret}`,
      'for each in /sys/fs/cgroup/*/cgroup.procs /sys/fs/cgroup/cgroup.procs; do echo $$ > $each && exit 0; done; false',
    ]
    const log = await logOf(tries(commands))
    expect(log.split('\n').filter((line) => line.includes('OUT did '))).toEqual([])
  })

  test('sees and signals its own processes only', async () => {
    const log = await logOf(
      `kill -0 ${process.pid} 2> /dev/null && echo "did reach ${process.pid}"
       echo "processes: $(ls -d /proc/[0-9]* | wc -l)"; echo done; kill -9 -1`,
    )
    expect(log).not.toContain('did reach')
    // The first process, the launched bash, the script's, the substitution's, and ls.
    expect(log).toMatch(/processes: [3-6]$/m)
    expect(process.kill(process.pid, 0)).toBe(true)
  })

  const isRoot = process.getuid?.() === 0
  const onlyRoot = isRoot ? '' : ' (skipped: only root makes devices)'
  test.skipIf(!isRoot)(`cannot use devices that its archive brings${onlyRoot}`, async () => {
    const log = await logOf('ls -l zero; head -c 1 zero | wc -c; echo > null && echo "did write"', (app) => {
      execFileSync('mknod', ['-m', '666', join(app, 'zero'), 'c', '1', '5'])
      execFileSync('mknod', ['-m', '666', join(app, 'null'), 'c', '1', '3'])
    })
    expect(log).toMatch(/OUT crw/)
    expect(log).toMatch(/OUT 0$/m)
    expect(log).not.toContain('did write')
  })

  test('does not reach out by links, and has no set-user-id programs', async () => {
    const log = await logOf(
      'ls -l link out; cat out/secret; echo x > out/secret; ls -l su; ./su -c id',
      (app) => {
        symlinkSync(outside, join(app, 'out'))
        symlinkSync(secret, join(app, 'link'))
        execFileSync('cp', ['/bin/bash', join(app, 'su')])
        execFileSync('chmod', ['4755', join(app, 'su')])
      },
    )
    expect(log).not.toContain('as before')
    expect(log).not.toMatch(/OUT -rws/)
    expect(log).not.toMatch(/uid=0/)
    expect(statSync(outside).isDirectory()).toBe(true)
    expect(existsSync(secret)).toBe(true)
  })
})
