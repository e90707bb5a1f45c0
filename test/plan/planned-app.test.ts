import { existsSync, writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { withApp } from '../../src/plan/planned-app.ts'
import { zipFile } from '../support/archives/archive-files.ts'
import { listing, temporaryFolder } from '../support/files.ts'
import { classFile } from '../support/jars.ts'

const root = temporaryFolder()

it('an archive that a push refuses to unpack, far larger inside than outside, has no plan', async () => {
  const path = join(root, 'bomb.jar')
  writeFileSync(path, zipFile([{ name: 'a', content: 'a', size: 400 * 1024 ** 2 }]))
  await expect(withApp(path, {}, async () => 'planned')).rejects.toThrow(
    /^bomb\.jar cannot be unpacked: it unpacks to more than \d+ MiB, far more than an archive of its size should$/,
  )
})

it.each(['../../evil', '/etc/evil', 'a/../../evil', 'c:evil'])('nor has an archive with %s', async (name) => {
  const path = join(root, 'evil.zip')
  writeFileSync(path, zipFile([{ name, content: 'x' }]))
  await expect(withApp(path, {}, async () => 'planned')).rejects.toThrow(
    `evil.zip: the entry ${name} would be unpacked outside the app; build the archive again without it`,
  )
})

const SIDECARS = `sidecars:
  - {name: a, source: {path: lib/a}, working_dir: work/dir}
  - {name: b, command: ./bin/b --x}
`
const archive = (entries: Readonly<Record<string, string | Buffer>>) => {
  const path = join(temporaryFolder(), 'shop.war')
  const zip = Object.entries(entries).map(([name, content]) => ({ name, content: Buffer.from(content) }))
  writeFileSync(path, zipFile(zip))
  return path
}
const laidOut = (entries: Readonly<Record<string, string>>, env = {}) =>
  withApp(archive(entries), env, async ({ configDir }) => listing(configDir))

describe('an archive', () => {
  it('is unpacked only as far as the checks need it, with the modes of cf push', async () => {
    const entries = {
      'sidecars.yml': SIDECARS,
      'META-INF/MANIFEST.MF': 'Main-Class: A\n',
      ...{ Procfile: 'web: x\n', 'Procfile.old': 'x', 'other/Procfile': 'x' },
      ...{ 'lib/a/run': 'run', 'lib/a/sub/': '', 'lib/b': 'x', 'bin/b': 'b', 'bin/c': 'x' },
      ...{ 'work/dir/conf/x': 'x', 'work/dire': 'x' },
    }
    expect(await laidOut(entries)).toEqual([
      'META-INF/ 755',
      'META-INF/MANIFEST.MF 744 Main-Class: A',
      'Procfile 744 web: x',
      'bin/ 755',
      'bin/b 744 b',
      'lib/ 755',
      'lib/a/ 755',
      'lib/a/run 744 run',
      `sidecars.yml 644 ${SIDECARS.trim()}`,
      'work/ 755',
      'work/dir/ 755',
    ])
  })

  it('has its configuration at any of its places, and where SIDECARS_CONFIG_PATH says', async () => {
    const entries = { 'BOOT-INF/classes/sidecars.yml': SIDECARS, 'conf/s.yml': SIDECARS, 'bin/b': 'b' }
    const env = { SIDECARS_CONFIG_PATH: './x/../conf/s.yml' }
    expect(await laidOut(entries, env)).toEqual([
      ...['BOOT-INF/ 755', 'BOOT-INF/classes/ 755'],
      `BOOT-INF/classes/sidecars.yml 644 ${SIDECARS.trim()}`,
      ...['bin/ 755', 'bin/b 744 b', 'conf/ 755'],
      `conf/s.yml 644 ${SIDECARS.trim()}`,
    ])
  })

  it('has a directory that is removed in the end', async () => {
    let directory = ''
    const path = archive({ 'sidecars.yml': 'sidecars: [{name: a, source: {path: a}}]\n', 'a/b': 'b' })
    await withApp(path, {}, async ({ configDir }) => {
      directory = configDir
      expect(listing(configDir)).not.toEqual([])
    })
    expect(basename(directory)).toMatch(/^sidecar-plan-/)
    expect(existsSync(directory)).toBe(false)
    const failing = withApp(path, {}, async ({ configDir }) => {
      directory = configDir
      throw new Error('not planned')
    })
    await expect(failing).rejects.toThrow('not planned')
    expect(existsSync(directory)).toBe(false)
  })

  it('has its classes and its name, like a directory with the same files', async () => {
    const classes = { 'A.class': classFile(17), 'a/B.class': classFile(17), 'a/b.txt': '' }
    const seen = (path: string) =>
      withApp(path, {}, async (app) => [
        ...[app.name, (await app.countClasses()).classes, app.view.sizeOf('a')],
        app.configDir === path,
      ])
    const folder = temporaryFolder(classes)
    expect(await seen(archive(classes))).toEqual(['shop.war', 2, 10, false])
    expect(await seen(folder)).toEqual([basename(folder), 2, 10, true])
  })

  it('has the files that cf push pushes', async () => {
    const entries = {
      '.cfignore': '*.class\nlib/a/old\n',
      'sidecars.yml': SIDECARS,
      ...{ 'A.class': classFile(17), 'lib/a/old': 'x', 'lib/a/run': 'run', 'bin/manifest.yml': 'x' },
      ...{ 'work/dir/': '', 'lib/': '' },
    }
    const seen = await withApp(archive(entries), {}, async (app) => ({
      laidOut: listing(app.configDir).map((line) => line.split(' ')[0]),
      paths: app.view.paths(),
      classes: (await app.countClasses()).classes,
    }))
    expect(seen).toEqual({
      laidOut: ['lib/', 'lib/a/', 'lib/a/run', 'sidecars.yml'],
      paths: { files: ['sidecars.yml', 'lib/a/run'], folders: [] },
      classes: 0,
    })
  })

  it.each([
    ['with one entry', { a: 'a' }, 'shop.war has only one entry'],
    ['without files', { 'a/': '', 'b/': '' }, 'shop.war has no files; there is nothing to push'],
  ])('is refused %s', (_, entries: Record<string, string>, message) =>
    expect(laidOut(entries)).rejects.toThrow(message),
  )

  it('is refused if its list of entries is damaged', async () => {
    const path = archive({ a: 'a', b: 'b' })
    const bytes = zipFile(['a', 'b'].map((name) => ({ name, content: Buffer.from(name) })))
    bytes[bytes.lastIndexOf('PK\u0001\u0002')] = 0
    writeFileSync(path, bytes)
    await expect(withApp(path, {}, async () => 'planned')).rejects.toThrow(
      /^shop\.war is damaged: its central directory ends before its last entry$/,
    )
  })
})
