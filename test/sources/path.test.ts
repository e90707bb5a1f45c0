import { execFileSync } from 'node:child_process'
import { chmodSync, linkSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Origin } from '../../src/config/sidecar.ts'
import { placeSource } from '../../src/sources/index.ts'
import { elfFile } from '../support/elf-file.ts'
import { type Files, listing } from '../support/files.ts'
import { check, checked, pathRequest, request, testApp } from '../support/sources.ts'

const SCRIPT = '#!/bin/sh\necho hello'

describe('a file of the app', () => {
  it('is placed alone in the directory, executable whatever its mode was', async () => {
    for (const mode of [0o644, 0o744, 0o755, 0o600]) {
      const app = testApp({ 'bin/one': { text: SCRIPT, mode } })
      const placed = await placeSource(await checked(app, pathRequest('bin/one')), app.into)
      expect(listing(app.into)).toEqual([`one 755 ${SCRIPT}`])
      expect(placed).toEqual({
        executable: { file: 'one', kind: 'script' },
        files: ['one'],
        bytes: SCRIPT.length,
      })
    }
  })

  it('is the same whatever the umask is', async () => {
    const app = testApp({
      'd/bin/one': { text: SCRIPT, mode: 0o744 },
      'd/conf/key': { text: 'k', mode: 0o600 },
      'd/doc': { text: 'd', mode: 0o666 },
    })
    const seen = new Set<string>()
    for (const umask of [0o022, 0o077, 0]) {
      const before = process.umask(umask)
      await placeSource(await checked(app, pathRequest('d')), app.into)
      process.umask(before)
      seen.add(listing(app.into).join('\n'))
    }
    expect([...seen]).toEqual([`bin/ 755\nbin/one 755 ${SCRIPT}\nconf/ 755\nconf/key 600 k\ndoc 666 d`])
  })

  it('keeps the name in path when that is a link to another file of the app', async () => {
    const app = testApp({ 'bin/one-1.2': SCRIPT, 'bin/one': { link: 'one-1.2' } })
    const placed = await placeSource(await checked(app, pathRequest('bin/one')), app.into)
    expect(listing(app.into)).toEqual([`one 755 ${SCRIPT}`])
    expect(placed.executable?.file).toBe('one')
  })

  it('replaces the output of a killed staging', async () => {
    const app = testApp({ 'bin/one': SCRIPT })
    mkdirSync(join(app.into, 'half'), { recursive: true })
    writeFileSync(join(app.into, 'one'), 'half')
    chmodSync(join(app.into, 'one'), 0o400)
    await placeSource(await checked(app, pathRequest('bin/one')), app.into)
    expect(listing(app.into)).toEqual([`one 755 ${SCRIPT}`])
  })

  it('may belong to the buildpack that includes the sidecar', async () => {
    const app = testApp()
    const directory = join(app.root, 'vendor')
    mkdirSync(directory)
    writeFileSync(join(directory, 'one'), SCRIPT)
    const origin: Origin = { kind: 'buildpack', name: 'vendor', directory }
    const { checked } = await check(app, request({ kind: 'path', path: 'one' }, 'run', origin))
    expect(checked).toBeDefined()
    const { said } = await check(app, request({ kind: 'path', path: '../app' }, 'run', origin))
    expect(said).toContain('is outside the buildpack vendor')
  })

  it('may be data beside a command, but a program that cannot run is refused there too', async () => {
    const app = testApp({
      'x.py': 'print()',
      'a.zip': 'PK\x03\x04',
      arm: elfFile({ machine: 183 }),
      'y.sh': '#!/bin/sh\r\n',
    })
    expect(await check(app, pathRequest('x.py', undefined, 'command'))).toMatchObject({
      said: '',
      checked: {},
    })
    expect(await check(app, pathRequest('a.zip', undefined, 'command'))).toMatchObject({
      said: '',
      checked: {},
    })
    expect((await check(app, pathRequest('arm', undefined, 'command'))).said).toContain(
      'error: sidecars.yml:3:5: "arm" is built for arm64',
    )
    expect((await check(app, pathRequest('y.sh', undefined, 'command'))).said).toContain('carriage return')
  })
})

describe('an invalid path', () => {
  const refused = async (files: Files, path: string, executable?: string) => {
    const app = testApp(files)
    const result = await check(app, pathRequest(path, executable))
    expect(result.checked).toBeUndefined()
    expect(readdirSync(app.root)).toEqual(['app'])
    return result.said
  }

  it.each([
    ['../x', 'is outside the app'],
    ['/etc/passwd', 'is outside the app'],
    ['bin/../../x', 'is outside the app'],
    ['.', 'is all of the app'],
    ['bin/..', 'is all of the app'],
    ['out', 'is outside the app, through a link'],
    ['bin-out/sh', 'is outside the app, through a link'],
    ['loop', 'is a circular link'],
    ['dangling', 'is a broken link'],
    ['empty', 'is empty'],
    ['bin/one/deeper', 'is not in the app'],
    ['a\0b', 'NUL'],
    [`${'x'.repeat(300)}`, 'longer than a path can be'],
  ])('is refused: %j', async (path, message) => {
    const files = {
      'bin/one': SCRIPT,
      out: { link: '/bin/sh' },
      'bin-out': { link: '/bin' },
      loop: { link: 'loop' },
      dangling: { link: 'nothing' },
      empty: '',
    }
    expect(await refused(files, path)).toMatch(new RegExp(`^error: sidecars.yml:3:5: .*${message}`))
  })

  it('is reported with the nearest existing file', async () => {
    const files = { 'bin/config-server': SCRIPT, 'lib/other': 'x' }
    expect(await refused(files, 'config-server')).toContain('did you mean "bin/config-server"?')
    expect(await refused(files, 'bin/confg-server')).toContain('did you mean "bin/config-server"?')
    expect(await refused(files, 'nothing-like-it')).toContain('relative to the root of the app')
  })

  it('is refused when it is a fifo, a socket or a device, alone or in a folder', async () => {
    const app = testApp({ 'd/one': SCRIPT })
    execFileSync('mkfifo', [join(app.app, 'fifo'), join(app.app, 'd/fifo')])
    const server = createServer().listen(join(app.app, 'socket'))
    await new Promise((resolve) => server.once('listening', resolve))
    expect((await check(app, pathRequest('fifo'))).said).toContain('"fifo" is a named pipe (fifo)')
    expect((await check(app, pathRequest('d'))).said).toContain('"d/fifo" is a named pipe (fifo)')
    expect((await check(app, pathRequest('socket'))).said).toContain('"socket" is a socket')
    server.close()
    const devices = testApp()
    const dev = { ...devices, context: { ...devices.context, appDir: '/dev' } }
    expect((await check(dev, pathRequest('null'))).said).toContain('"null" is a device')
  })

  it('is refused when it cannot be read', async () => {
    const app = testApp({ 'bin/one': { text: SCRIPT, mode: 0 } })
    chmodSync(app.root, 0o755)
    const uid = process.getuid?.()
    if (uid === 0) process.seteuid?.(65534)
    try {
      expect((await check(app, pathRequest('bin/one'))).said).toContain(
        '"bin/one" cannot be read: permission denied',
      )
      expect((await check(app, pathRequest('bin'))).said).toContain('cannot be read')
    } finally {
      if (uid === 0) process.seteuid?.(0)
    }
  })

  it('is a file with `executable`', async () => {
    expect(await refused({ 'bin/one': SCRIPT }, 'bin/one', 'two')).toContain('remove `executable`')
  })
})

describe('a folder of the app', () => {
  it('comes with its links inside, its hard links as files, and programs that lost their mode repaired', async () => {
    const app = testApp({
      'd/bin/one': elfFile(),
      'd/current': { link: 'bin/one' },
      'd/libexec/helper': { text: SCRIPT, mode: 0o644 },
      'd/lib/libx.so.1': elfFile({ type: 3, soname: true }),
      'd/conf/a.txt': { text: 'text', mode: 0o644 },
    })
    linkSync(join(app.app, 'd/conf/a.txt'), join(app.app, 'd/conf/b.txt'))
    const placed = await placeSource(await checked(app, pathRequest('d')), app.into)
    expect(placed.executable).toEqual({ file: 'bin/one', kind: 'elf' })
    const found = listing(app.into)
    expect(found).toContain('current -> bin/one')
    expect(found).toContain('conf/b.txt 644 text')
    expect(found).toContain(`libexec/helper 755 ${SCRIPT}`)
    expect(found.find((each) => each.startsWith('bin/one'))).toMatch(/^bin\/one 755/)
    expect(found.find((each) => each.startsWith('lib/libx.so.1'))).toMatch(/^lib\/libx.so.1 644/)
    expect(placed.files).toEqual([
      'bin/one',
      'conf/a.txt',
      'conf/b.txt',
      'current',
      'lib/libx.so.1',
      'libexec/helper',
    ])
  })

  it.each([
    ['the one that `executable` names', { 'a.sh': SCRIPT, 'bin/b': SCRIPT }, 'a.sh', 'a.sh'],
    [
      'the only one at the top',
      { 'a.sh': SCRIPT, 'deep/down/b.sh': SCRIPT, README: 'text' },
      undefined,
      'a.sh',
    ],
    [
      'the only one in bin of the only folder',
      { 'v1/bin/a': SCRIPT, 'v1/LICENSE': 'text' },
      undefined,
      'v1/bin/a',
    ],
    ['the only one at all', { 'x/y/z/a': SCRIPT, LICENSE: 'text' }, undefined, 'x/y/z/a'],
    ['of several the one named like the sidecar', { one: SCRIPT, 'install.sh': SCRIPT }, undefined, 'one'],
  ])('has a clear executable: %s', async (_, files, executable, expected) => {
    const app = testApp(Object.fromEntries(Object.entries(files).map(([path, text]) => [`d/${path}`, text])))
    const placed = await placeSource(await checked(app, pathRequest('d', executable)), app.into)
    expect(placed.executable?.file).toBe(expected)
  })

  it('without a clear executable is refused with a list of its files', async () => {
    const several = testApp({ 'd/a': SCRIPT, 'd/b': SCRIPT })
    expect((await check(several, pathRequest('d'))).said).toContain(
      '"d" contains 2 programs: a, b; set `executable` to one of them',
    )
    expect((await check(several, pathRequest('d', undefined, 'command'))).said).toBe('')
    expect((await check(several, pathRequest('d', 'bb'))).said).toContain(
      '"bb" is not a file of "d"; did you mean',
    )
    const none = testApp({ 'd/README': 'text' })
    expect((await check(none, pathRequest('d'))).said).toContain('"d" contains no program; it has README')
    mkdirSync(join(none.app, 'empty/inner'), { recursive: true })
    expect((await check(none, pathRequest('empty'))).said).toContain(
      '"empty" contains no files; use a directory or an archive with a program',
    )
  })

  it('with a link out of it is refused', async () => {
    for (const link of ['../secret', '/etc/passwd', '../d/../secret', 'a/b/up/../../secret']) {
      const files = {
        secret: 'x',
        'd/one': SCRIPT,
        'd/a/b/x': 'x',
        'd/a/b/up': { link: '..' },
        'd/bad': { link },
      }
      const app = testApp(files)
      const { said, checked } = await check(app, pathRequest('d'))
      expect(checked).toBeUndefined()
      expect(said, link).toContain('out of the directory')
    }
  })

  it('is refused with a file whose name is not UTF-8', async () => {
    const app = testApp({ 'd/one': SCRIPT })
    writeFileSync(Buffer.concat([Buffer.from(join(app.app, 'd', 'caf')), Buffer.from([0xe9])]), 'x')
    expect((await check(app, pathRequest('d'))).said).toContain(
      '"d" contains a file whose name is not UTF-8, "caf\ufffd"; rename the file, or remove it',
    )
  })

  it('may contain the required jar', async () => {
    const app = testApp({
      'd/agent.jar': 'PK\x03\x04',
      'd/agent.yml': 'a: 1',
      'lib/a.jar': 'PK\x03\x04',
      'lib/b.jar': 'text',
    })
    const jar = (path: string, executable?: string) => pathRequest(path, executable, 'jar')
    const alone = await placeSource(await checked(app, jar('lib/a.jar')), app.into)
    expect(alone).toEqual({ executable: { file: 'a.jar', kind: 'jar' }, files: ['a.jar'], bytes: 4 })
    const placed = await placeSource(await checked(app, jar('d')), app.into)
    expect(placed.executable).toEqual({ file: 'agent.jar', kind: 'jar' })
    expect((await check(app, jar('lib'))).said).toContain(
      'contains 2 jars: a.jar, b.jar; set `executable` to one of them',
    )
    expect((await check(app, jar('lib', 'b.jar'))).said).toContain('"lib/b.jar" is not a jar')
  })
})

it('skips the checks of an unknown stack, and says so once', async () => {
  const app = testApp({ arm: elfFile({ machine: 183 }) })
  const other = { ...app, context: { ...app.context, stack: 'mystack' } }
  const { said, checked } = await check(other, pathRequest('arm'))
  expect(checked).toBeDefined()
  expect(said).toBe(
    'warning: stack "mystack" is not known here: programs are not checked for it; known stacks: cflinuxfs4, cflinuxfs5',
  )
})

it('reports that the droplet cannot be written, and leaves nothing behind', async () => {
  const app = testApp({ 'bin/one': SCRIPT })
  const source = await checked(app, pathRequest('bin/one'))
  writeFileSync(join(app.root, 'deps'), 'a file where the folder should be')
  await expect(placeSource(source, app.into)).rejects.toThrow(/^cannot write the droplet: /)
})
