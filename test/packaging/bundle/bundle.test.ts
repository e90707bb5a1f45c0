import {
  appendFileSync,
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import AdmZip from 'adm-zip'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { sideFilePath } from '../../../src/packaging/bundle/side-file.ts'
import { undoBundle } from '../../../src/packaging/bundle/undo.ts'
import { readArchive } from '../../support/bundle/strict-reader.ts'
import { NOW, TOOL, type Workplace, workplace } from '../../support/bundle/workplace.ts'

let place: Workplace
let jar: string
beforeEach(() => {
  place = workplace()
  jar = join(place.folder, 'app.jar')
})
afterEach(() => place.remove())

/** Makes app.jar of texts by path. */
function makeJar(files: Readonly<Record<string, string>>): Buffer {
  const zip = new AdmZip()
  for (const [path, text] of Object.entries(files)) zip.addFile(path, Buffer.from(text))
  const bytes = zip.toBuffer()
  writeFileSync(jar, bytes)
  return bytes
}

const read = (file = jar) => readArchive(readFileSync(file))
const names = (file = jar) => read(file).entries.map((each) => each.name)
const text = (path: string) =>
  read()
    .entries.find((each) => each.name === path)
    ?.data.toString()

/** A change that adds nothing, and what another does to the jar when the end records are written, the last step. */
async function openChange(flags: string, meanwhile: () => void) {
  const { readArchiveEnd } = await import('../../../src/packaging/bundle/archive.ts')
  const source = await open(jar, flags)
  const read = readArchiveEnd(source, statSync(jar).size, 'app.jar')
  let isFirst = true
  const archive = {
    ...read,
    get comment() {
      if (isFirst) meanwhile()
      isFirst = false
      return read.comment
    },
  }
  return { change: { archive, entries: 1, headers: [], additions: [] }, source }
}

const CONFIG = `sidecars:
  - name: tool
    memory: 64M
    command: ./tool
`

describe('where sidecars.yml goes', () => {
  test.each([
    ['a jar', { 'META-INF/MANIFEST.MF': 'Main-Class: A\n', 'A.class': '' }, 'sidecars.yml'],
    ['a Spring Boot jar', { 'BOOT-INF/classes/A.class': '' }, 'BOOT-INF/classes/sidecars.yml'],
    ['a war', { 'WEB-INF/web.xml': '' }, 'WEB-INF/classes/sidecars.yml'],
    ['a Spring Boot jar that has one at its root', { 'BOOT-INF/a': '', 'sidecars.yml': 'x' }, 'sidecars.yml'],
    ['a jar that has one in META-INF', { 'META-INF/sidecars.yml': 'x' }, 'META-INF/sidecars.yml'],
  ])('in %s', async (_, files, path) => {
    makeJar(files)
    place.write('my.yml', CONFIG)
    const result = await place.bundle({ config: 'my.yml', replace: true })
    expect(result.config).toEqual({ path, made: false })
    expect(text(path)).toBe(CONFIG)
  })

  test('is left alone where the archive has one and none is given', async () => {
    makeJar({ 'sidecars.yml': CONFIG })
    expect((await place.bundle({})).config).toEqual({ path: 'sidecars.yml', made: false })
    expect(names()).toEqual(['sidecars.yml', 'tool'])
  })
})

describe('a sidecars.yml that is made', () => {
  test('names the one sidecar, with memory and its path', async () => {
    makeJar({ 'A.class': '' })
    const result = await place.bundle({ sidecars: ['tool=bin/web'] })
    expect(result.config).toEqual({ path: 'sidecars.yml', made: true })
    expect(text('sidecars.yml')).toContain(
      'sidecars:\n  - name: "web-sidecar"\n    memory: 64M\n    source:\n      path: "bin/web"\n',
    )
  })

  test('comes with a jar in sidecars/, which no Java buildpack runs as the app, also when it runs again', async () => {
    makeJar({ 'META-INF/MANIFEST.MF': 'Main-Class: A\n', 'A.class': '' })
    const mock = new AdmZip()
    mock.addFile('META-INF/MANIFEST.MF', Buffer.from('Main-Class: B\n'))
    mock.addFile('B.class', Buffer.from(''))
    place.write('mock.jar', mock.toBuffer())
    const result = await place.bundle({ sidecars: ['mock.jar'] })
    expect(result.added.map(({ path }) => path)).toEqual(['sidecars/mock.jar', 'sidecars.yml'])
    expect(result.warnings).toEqual([])
    expect(text('sidecars.yml')).toContain('path: "sidecars/mock.jar"')
    expect(await place.bundle({ sidecars: ['mock.jar'] })).toMatchObject({
      added: [],
      unchanged: ['sidecars/mock.jar'],
    })
  })

  test('is not made up for several', async () => {
    makeJar({ 'A.class': '' })
    place.write('other', TOOL)
    await expect(place.bundle({ sidecars: ['tool', 'other'] })).rejects.toThrow(
      /has no sidecars\.yml; pass one/,
    )
  })
})

describe('the configuration is checked before anything is written', () => {
  test.each([
    ['a key that is none', 'sidecars:\n  - name: a\n    comand: x\n', /sidecars\.yml:3:5: .*comand/],
    [
      'a source that is not there',
      'sidecars:\n  - name: a\n    memory: 9M\n    source: {path: bin/none}\n',
      /bin\/none/,
    ],
    [
      'a program for another system',
      'sidecars:\n  - name: a\n    memory: 9M\n    source: {path: mac}\n',
      /mac/,
    ],
  ])('%s', async (_, config, message) => {
    const before = makeJar({ 'A.class': '' })
    place.write('my.yml', config)
    place.write('mac', Buffer.from('cffaedfe07000001030000000200000010000000', 'hex'), 0o755)
    await expect(place.bundle({ sidecars: ['mac'], config: 'my.yml' })).rejects.toThrow(message)
    expect(readFileSync(jar).equals(before)).toBe(true)
  })

  test('against the existing entries of the archive', async () => {
    makeJar({ 'bin/server': TOOL, 'bin/data.txt': 'x' })
    place.write('my.yml', 'sidecars:\n  - name: a\n    memory: 9M\n    source: {path: bin}\n')
    const { added } = await place.bundle({ sidecars: [], config: 'my.yml' })
    expect(added.map((each) => each.path)).toEqual(['sidecars.yml'])
  })
})

test('a source that the archive lacks is named with the option that adds it', async () => {
  makeJar({ 'A.class': '' })
  place.write('my.yml', CONFIG.replace('command: ./tool', 'source: {path: bin/tool}'))
  await expect(place.bundle({ config: 'my.yml' })).rejects.toThrow(
    'bin/tool is not in app.jar; add it with --sidecar FILE=bin/tool',
  )
  await place.bundle({ config: 'my.yml', sidecars: ['tool=bin/tool'] })
})

test('the output does not replace what --sidecar adds', async () => {
  const agent = makeJar({ 'A.class': '' })
  place.write('agent.jar', agent)
  symlinkSync('agent.jar', join(place.folder, 'link.jar'))
  for (const out of ['agent.jar', 'link.jar'])
    await expect(place.bundle({ sidecars: ['agent.jar'], out })).rejects.toThrow(
      `-o ${out} would replace agent.jar, which --sidecar adds; use another file`,
    )
  expect(readFileSync(join(place.folder, 'agent.jar'))).toEqual(agent)
})

describe('an entry of the same name', () => {
  test('with the same content is nothing to do', async () => {
    makeJar({ 'sidecars.yml': CONFIG })
    await place.bundle({})
    const before = statSync(jar)
    for (const inPlace of [false, true]) {
      const result = await place.bundle({ inPlace })
      expect(result).toMatchObject({ added: [], unchanged: ['tool'], madeExecutable: [] })
      expect(statSync(jar)).toMatchObject({ ino: before.ino, size: before.size })
    }
  })

  test.each([false, true])(
    'with the same content that could not be executed gets mode 0755 and nothing else (in place: %s)',
    async (inPlace) => {
      const zip = new AdmZip()
      zip.addFile('A.class', Buffer.from('a'))
      zip.addFile('tool', Buffer.from(TOOL), 'a comment', 0o644)
      zip.addFile('sidecars.yml', Buffer.from(CONFIG))
      zip.writeZip(jar)
      const bytes = readFileSync(jar)
      const before = read()
      const dry = await place.bundle({ inPlace, dryRun: true })
      expect(readFileSync(jar).equals(bytes)).toBe(true)
      const result = await place.bundle({ inPlace })
      expect(result).toMatchObject({ added: [], unchanged: ['tool'], madeExecutable: ['tool'] })
      expect(dry.madeExecutable).toEqual(['tool'])
      const after = read()
      expect(after.entries.map(({ name, position }) => [name, position])).toEqual(
        before.entries.map(({ name, position }) => [name, position]),
      )
      expect(after.entries.map((each) => each.mode)).toEqual(
        before.entries.map((each) => (each.name === 'tool' ? 0o100755 : each.mode)),
      )
      expect(new AdmZip(jar).getEntry('tool')?.comment).toBe('a comment')
      if (!inPlace) return
      await undoBundle('app.jar', place.folder, false)
      expect(readFileSync(jar).equals(bytes)).toBe(true)
    },
  )

  test.each([false, true])(
    'with another content is refused, and replaced on demand (in place: %s)',
    async (inPlace) => {
      const before = makeJar({ tool: 'old', 'z.txt': 'last' })
      await expect(place.bundle({ inPlace })).rejects.toThrow(
        /app\.jar already has a different tool; add --replace/,
      )
      expect(readFileSync(jar).equals(before)).toBe(true)
      const result = await place.bundle({ inPlace, replace: true })
      expect(result.replaced).toEqual(['tool'])
      expect(names()).toEqual(['z.txt', 'tool', 'sidecars.yml'])
      expect(text('tool')).toBe(TOOL)
    },
  )
})

describe('files', () => {
  test('get 0755 where they can be executed, else 0644, and their own time', async () => {
    makeJar({ 'sidecars.yml': CONFIG })
    place.write('plain', 'text', 0o644)
    place.write('lost-its-mode', TOOL, 0o644)
    place.write('private', TOOL, 0o700)
    await place.bundle({ sidecars: ['tool', 'plain', 'lost-its-mode', 'private'] })
    const modes = Object.fromEntries(read().entries.map((each) => [each.name, each.mode.toString(8)]))
    expect(modes).toMatchObject({
      tool: '100755',
      plain: '100644',
      'lost-its-mode': '100755',
      private: '100755',
    })
    expect(new AdmZip(jar).getEntry('tool')?.header.time.getFullYear()).toBe(
      statSync(join(place.folder, 'tool')).mtime.getFullYear(),
    )
  })

  test('of a directory have their paths, links followed', async () => {
    makeJar({ 'A.class': '' })
    mkdirSync(join(place.folder, 'otel/conf'), { recursive: true })
    writeFileSync(join(place.folder, 'otel/otelcol'), TOOL, { mode: 0o755 })
    writeFileSync(join(place.folder, 'otel/conf/größe.yml'), 'a: 1\n')
    symlinkSync('conf/größe.yml', join(place.folder, 'otel/link.yml'))
    await place.bundle({ sidecars: ['otel=tools/otel'] })
    expect(names().slice(1)).toEqual([
      'tools/otel/',
      'tools/otel/conf/',
      'tools/otel/conf/größe.yml',
      'tools/otel/link.yml',
      'tools/otel/otelcol',
      'sidecars.yml',
    ])
    expect(text('tools/otel/link.yml')).toBe('a: 1\n')
  })

  test('that do not shrink are stored; jars in BOOT-INF/lib are never compressed', async () => {
    makeJar({ 'sidecars.yml': CONFIG, 'BOOT-INF/classes/a': '' })
    place.write(
      'noise',
      Buffer.from(Array.from({ length: 2000 }, (_, i) => (i * i * 7919 + (i % 13)) & 0xff)),
    )
    place.write('empty', '')
    place.write('agent.jar', Buffer.alloc(3000))
    await place.bundle({ sidecars: ['empty', 'agent.jar=BOOT-INF/lib/agent.jar', 'agent.jar=lib/agent.jar'] })
    const methods = Object.fromEntries(read().entries.map((each) => [each.name, each.method]))
    expect(methods).toMatchObject({ empty: 0, 'BOOT-INF/lib/agent.jar': 0, 'lib/agent.jar': 8 })
  })

  test('over several blocks of compression come out whole', async () => {
    makeJar({ 'sidecars.yml': CONFIG })
    const large = Buffer.from(Array.from({ length: 1_300_000 }, (_, i) => (i % 251) ^ ((i >> 9) & 0xff)))
    place.write('large', large)
    await place.bundle({ sidecars: ['large'] })
    expect(
      read()
        .entries.find((each) => each.name === 'large')
        ?.data.equals(large),
    ).toBe(true)
  })

  test('whose name has an = in it are found', async () => {
    makeJar({ 'sidecars.yml': CONFIG })
    place.write('a=b', 'x')
    await place.bundle({ sidecars: ['a=b', 'a=b=c/'] })
    expect(names().slice(1)).toEqual(['a=b', 'c/a=b'])
  })

  test('two of one path are refused', async () => {
    makeJar({ 'sidecars.yml': CONFIG })
    place.write('other', 'x')
    await expect(place.bundle({ sidecars: ['tool', 'other=tool'] })).rejects.toThrow(/would both be tool/)
  })
})

test('a sidecars.yml is not taken twice, as a file and as the configuration', async () => {
  makeJar({ 'A.class': '' })
  place.write('sidecars.yml', CONFIG)
  place.write('my.yml', CONFIG)
  const request = { sidecars: ['tool', 'sidecars.yml'], config: 'my.yml' }
  await expect(place.bundle(request)).rejects.toThrow(/would both be sidecars\.yml/)
})

describe('progress', () => {
  test.each([false, true])(
    'counts what is copied and what is read, up to the whole (in place: %s)',
    async (inPlace) => {
      const { length } = makeJar({ 'sidecars.yml': CONFIG, data: 'x'.repeat(5000) })
      const large = Buffer.from(Array.from({ length: 1_300_000 }, (_, i) => (i % 251) ^ ((i >> 9) & 0xff)))
      place.write('large', large)
      const told: (readonly [number, number])[] = []
      await place.bundle({ inPlace, sidecars: ['large'] }, (done, total) => told.push([done, total]))
      const whole = large.length + (inPlace ? 0 : length)
      const done = told.map(([bytes]) => bytes)
      expect(new Set(told.map(([, total]) => total))).toEqual(new Set([whole]))
      expect(done).toEqual([...done].sort((a, b) => a - b))
      expect(done.at(-1)).toBe(whole)
    },
  )
})

describe('the file', () => {
  test('keeps its mode, and a link to it stays a link', async () => {
    makeJar({ 'A.class': '' })
    chmodSync(jar, 0o640)
    symlinkSync('app.jar', join(place.folder, 'link.jar'))
    await place.bundle({ jar: 'link.jar' })
    expect(lstatSync(join(place.folder, 'link.jar')).isSymbolicLink()).toBe(true)
    expect(statSync(jar).mode & 0o777).toBe(0o640)
    expect(names()).toEqual(['A.class', 'tool', 'sidecars.yml'])
    expect(readdirSync(place.folder).sort()).toEqual(['app.jar', 'link.jar', 'tool'])
  })

  test('is left alone where another output is named', async () => {
    const before = makeJar({ 'A.class': '' })
    await place.bundle({ out: 'out.jar' })
    expect(readFileSync(jar).equals(before)).toBe(true)
    expect(names(join(place.folder, 'out.jar'))).toEqual(['A.class', 'tool', 'sidecars.yml'])
  })

  test('may itself be the output', async () => {
    makeJar({ 'A.class': '' })
    await place.bundle({ out: './app.jar' })
    expect(names()).toEqual(['A.class', 'tool', 'sidecars.yml'])
  })

  test('is not changed by a dry run, which prints the same', async () => {
    const before = makeJar({ 'A.class': '' })
    const dry = await place.bundle({ dryRun: true, inPlace: true })
    expect(readFileSync(jar).equals(before)).toBe(true)
    const { added } = await place.bundle({})
    expect(dry.added.map((each) => each.path)).toEqual(added.map((each) => each.path))
  })

  test('that is signed comes with a warning', async () => {
    makeJar({ 'META-INF/A.SF': '', 'META-INF/A.RSA': '' })
    const { warnings } = await place.bundle({})
    expect(warnings.map((each) => each.what)).toEqual([expect.stringContaining('app.jar is signed')])
  })
})

describe('in place', () => {
  test('each run can be undone, the last one first', async () => {
    const first = makeJar({ 'A.class': '' })
    await place.bundle({ inPlace: true })
    const second = readFileSync(jar)
    place.write('other', TOOL)
    await place.bundle({ inPlace: true, sidecars: ['other'] })
    expect(names()).toEqual(['A.class', 'tool', 'sidecars.yml', 'other'])
    await undoBundle('app.jar', place.folder, false)
    expect(readFileSync(jar).equals(second)).toBe(true)
    await undoBundle('app.jar', place.folder, false)
    expect(readFileSync(jar).equals(first)).toBe(true)
    await expect(undoBundle('app.jar', place.folder, false)).rejects.toThrow(/nothing to undo/)
  })

  test('what another tool wrote since is not undone', async () => {
    makeJar({ 'A.class': '' })
    await place.bundle({ inPlace: true })
    const zip = new AdmZip(jar)
    zip.addFile('b.txt', Buffer.from('b'))
    zip.writeZip(jar)
    await expect(undoBundle('app.jar', place.folder, false)).rejects.toThrow(/nothing to undo/)
  })

  /** The jar and its side file as a run leaves them that is killed after it has appended some bytes. */
  async function interrupt(before: Buffer): Promise<void> {
    const { writeSideFile } = await import('../../../src/packaging/bundle/side-file.ts')
    const { createHash } = await import('node:crypto')
    await writeSideFile(jar, before.length, createHash('sha256').update(before.subarray(-65_557)).digest())
    const side = sideFilePath(jar)
    writeFileSync(side, readFileSync(side, 'utf8').replace(/"process": ".*"/, '"process": "999999999@1"'))
    writeFileSync(jar, Buffer.concat([before, Buffer.alloc(100_000, 1)]))
  }

  test('an interrupted run is taken back by --undo', async () => {
    const before = makeJar({ 'A.class': '' })
    await interrupt(before)
    expect(await undoBundle('app.jar', place.folder, false)).toMatchObject({
      what: 'interrupted',
      bytesAfter: before.length,
    })
    expect(readFileSync(jar).equals(before)).toBe(true)
    expect(existsSync(sideFilePath(jar))).toBe(false)
  })

  test.each([false, true])(
    'an interrupted run is taken back by the next one (in place: %s)',
    async (inPlace) => {
      const before = makeJar({ 'A.class': '' })
      await interrupt(before)
      expect((await place.bundle({ dryRun: true, inPlace })).restoredTo).toBe(before.length)
      expect(statSync(jar).size).toBe(before.length + 100_000)
      expect((await place.bundle({ inPlace })).restoredTo).toBe(before.length)
      expect(names()).toEqual(['A.class', 'tool', 'sidecars.yml'])
      expect(existsSync(sideFilePath(jar))).toBe(false)
    },
  )

  test('a jar that was built anew after an interrupted run is not cut', async () => {
    await interrupt(makeJar({ 'A.class': '' }))
    const rebuilt = makeJar({ 'B.class': 'b'.repeat(500), 'C.class': '' })
    const { restoredTo } = await place.bundle({ inPlace: true })
    expect(restoredTo).toBeUndefined()
    expect(readFileSync(jar).subarray(0, rebuilt.length).equals(rebuilt)).toBe(true)
  })

  test('a jar that another program writes meanwhile is neither truncated nor extended', async () => {
    const { appendInPlace } = await import('../../../src/packaging/bundle/append-in-place.ts')
    const before = makeJar({ 'A.class': '' })
    const { change, source } = await openChange('r+', () => {})
    appendFileSync(jar, 'more')
    await expect(appendInPlace(jar, change, () => {})).rejects.toThrow(
      /app\.jar was changed by another program/,
    )
    await source.close()
    expect(readFileSync(jar).equals(Buffer.concat([before, Buffer.from('more')]))).toBe(true)
    expect(existsSync(sideFilePath(jar))).toBe(false)
  })

  test('a jar that another run replaces meanwhile is not said to be done', async () => {
    const { appendInPlace } = await import('../../../src/packaging/bundle/append-in-place.ts')
    const before = makeJar({ 'A.class': '' })
    const other = place.write('other.jar', before)
    const { change, source } = await openChange('r+', () => renameSync(other, jar))
    await expect(appendInPlace(jar, change, () => {})).rejects.toThrow(
      /app\.jar was changed by another program/,
    )
    await source.close()
    expect(readFileSync(jar).equals(before)).toBe(true)
    expect(existsSync(sideFilePath(jar))).toBe(false)
  })

  test('a side file that was not finished means that the jar was not touched', async () => {
    makeJar({ 'A.class': '' })
    writeFileSync(sideFilePath(jar), '{"note": "The')
    expect((await place.bundle({ inPlace: true })).restoredTo).toBeUndefined()
    expect(names()).toEqual(['A.class', 'tool', 'sidecars.yml'])
  })
})

test.each([false, true])(
  'a failure on the way leaves the old jar and nothing else (in place: %s)',
  async (inPlace) => {
    const before = makeJar({ 'A.class': '' })
    const fail = () => {
      throw new Error('failed on the way')
    }
    await expect(place.bundle({ inPlace }, fail)).rejects.toThrow('failed on the way')
    expect(readFileSync(jar).equals(before)).toBe(true)
    expect(readdirSync(place.folder).sort()).toEqual(['app.jar', 'tool'])
  },
)

const appendMore = () => appendFileSync(jar, 'more')
test.each([
  ['changes while the copy is finished', () => {}, appendMore],
  ['appended to before it is copied', appendMore, () => {}],
])('a jar that another run %s is not replaced', async (_, first, meanwhile) => {
  const { replaceJar } = await import('../../../src/packaging/bundle/replace-jar.ts')
  const before = makeJar({ 'A.class': '' })
  const { change, source } = await openChange('r', meanwhile)
  first()
  await expect(replaceJar(jar, jar, change, () => {})).rejects.toThrow(
    /app\.jar was changed while bundle copied it/,
  )
  await source.close()
  expect(readFileSync(jar).equals(Buffer.concat([before, Buffer.from('more')]))).toBe(true)
  expect(readdirSync(place.folder).sort()).toEqual(['app.jar', 'tool'])
})

test('what was made here carries the time of the clock', async () => {
  makeJar({ 'A.class': '' })
  await place.bundle({})
  expect(
    Math.abs((new AdmZip(jar).getEntry('sidecars.yml')?.header.time.getTime() ?? 0) - NOW.getTime()),
  ).toBeLessThan(2001)
})

describe('the archive as a Java buildpack would take it', () => {
  const MAIN = 'Main-Class: app.Main\n'

  test('counts with its own files: a sidecar in bin beside a lib of the archive is refused', async () => {
    place.write(
      'app.jar',
      makeJar({ 'META-INF/MANIFEST.MF': MAIN, 'app/Main.class': 'x', 'lib/dep.jar': 'x' }),
    )
    await expect(place.bundle({ sidecars: ['tool=bin/tool'] })).rejects.toThrow(
      /because of bin\/tool, .*runs bin\/tool/s,
    )
    await place.bundle({ sidecars: ['tool=sidecars/tool'] })
    expect(names()).toContain('sidecars/tool')
  })
})

test('a command that starts a file of the archive is looked at', async () => {
  place.write('app.jar', makeJar({ 'data/notes': 'x', 'bin/run': 'text' }))
  const config = (command: string) =>
    `sidecars: [{name: a, memory: 1M, command: ${command}, working_dir: data}]\n`
  place.write('config.yml', config('../bin/gone'))
  const gone = await place.bundle({ sidecars: [], config: 'config.yml' })
  expect(gone.warnings.map(({ what }) => what)).toEqual(['command of sidecar a: bin/gone is not in the app'])
  place.write('config.yml', config('../bin/run'))
  const text = await place.bundle({ sidecars: [], config: 'config.yml', dryRun: true, replace: true })
  expect(text.warnings.map(({ what }) => what)).not.toContain(
    'command of sidecar a: bin/run is not in the app',
  )
})
