import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { create } from 'tar'
import { beforeEach, describe, expect, it } from 'vitest'
import { main } from '../../../src/cli/main.ts'
import { buildpackLog } from '../../../src/log/log.ts'
import { vendorApp } from '../../../src/packaging/vendor/vendor-app.ts'
import { temporaryFolder } from '../../support/files.ts'

const SCRIPT = '#!/bin/sh\nexec sleep 1000\n'

let temp: string
let app: string

beforeEach(() => {
  temp = temporaryFolder()
  app = join(temp, 'app')
  mkdirSync(app)
})

function put(name: string, content: string | Buffer, mode = 0o644): string {
  const path = join(temp, name)
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, content, { mode })
  return path
}

/** `{uri: …, sha256: …}` of a file. */
function sourceOf(path: string): string {
  return `{uri: "${pathToFileURL(path).href}", sha256: ${createHash('sha256').update(readFileSync(path)).digest('hex')}`
}

/** The comment that `vendor` leaves. */
function note(path: string, indentation = 4): string {
  return `${' '.repeat(indentation)}# vendored from ${pathToFileURL(path).href}\n`
}

async function archive(): Promise<string> {
  put('made/otelcol/bin/otelcol', SCRIPT, 0o755)
  put('made/otelcol/conf/default.yaml', 'a: 1\n')
  const file = join(temp, 'otelcol.tgz')
  await create({ file, cwd: join(temp, 'made'), gzip: true }, ['otelcol'])
  return file
}

const vendor = () =>
  vendorApp({
    appDir: app,
    sources: {
      buildpackDir: join(temp, 'buildpack'),
      stack: 'cflinuxfs4',
      env: {},
      log: buildpackLog(() => {}, false),
      clock: () => new Date(),
    },
  })

function filesOf(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((each) => each.isFile())
    .map((each) => join(each.parentPath, each.name).slice(folder.length + 1))
    .sort()
}

describe('vendor', () => {
  it('brings single files and archives into the app and names their paths, once and for all', async () => {
    const single = put('single.sh', SCRIPT)
    const config = (first: string, second: string, notes: readonly string[] = ['', '']) =>
      `# ours\nsidecars:\n  - name: one    # 1\n${notes[0]}    source: ${first}\n  - name: otelcol\n${notes[1]}    source: ${second} # 2\n    memory: 64M\n`
    const before = config(
      `${sourceOf(single)}}`,
      `${sourceOf(await archive())}, executable: otelcol/bin/otelcol}`,
    )
    put('app/sidecars.yml', before)
    const { vendored } = await vendor()
    const after = config(
      '{path: vendor/sidecars/one/single.sh}',
      '{path: vendor/sidecars/otelcol, executable: otelcol/bin/otelcol}',
      ['single.sh', 'otelcol.tgz'].map((name) => note(join(temp, name))),
    )
    expect(readFileSync(join(app, 'sidecars.yml'), 'utf8')).toBe(after)
    expect(vendored.map(({ owner, path, files }) => ({ owner, path, files }))).toEqual([
      { owner: 'one', path: 'vendor/sidecars/one/single.sh', files: 1 },
      { owner: 'otelcol', path: 'vendor/sidecars/otelcol', files: 2 },
    ])
    expect(filesOf(app)).toEqual([
      'sidecars.yml',
      'vendor/sidecars/one/single.sh',
      'vendor/sidecars/otelcol/otelcol/bin/otelcol',
      'vendor/sidecars/otelcol/otelcol/conf/default.yaml',
    ])
    expect(statSync(join(app, 'vendor/sidecars/one/single.sh')).mode & 0o777).toBe(0o755)

    rmSync(single)
    expect((await vendor()).vendored).toEqual([])
    expect(readFileSync(join(app, 'sidecars.yml'), 'utf8')).toBe(after)
  })

  it('brings dependencies of the buildpack’s manifest', async () => {
    const file = put('dep.sh', SCRIPT)
    const entry = sourceOf(file).replace('{', '{name: dep, version: 1.2.0, ')
    put('buildpack/manifest.yml', `dependencies:\n  - ${entry}}\n`)
    put(
      'app/sidecars.yml',
      'sidecars:\n  - name: d\n    source:\n      dependency: dep # d\n      version: 1.x\n',
    )
    await vendor()
    expect(readFileSync(join(app, 'sidecars.yml'), 'utf8')).toBe(
      `sidecars:\n  - name: d\n    source:\n      # vendored from dep 1.2.0, ${pathToFileURL(file).href}\n      path: vendor/sidecars/d/dep.sh # d\n`,
    )
  })

  it('keeps a byte order mark and the file’s mode, and edits the file that staging would read', async () => {
    const single = put('single.sh', SCRIPT)
    const source = sourceOf(single)
    put('app/BOOT-INF/classes/sidecars.yml', `\ufeffsidecars:\n  - {name: a, source: ${source}}}\n`, 0o640)
    expect((await vendor()).file).toBe('BOOT-INF/classes/sidecars.yml')
    const path = join(app, 'BOOT-INF/classes/sidecars.yml')
    expect(readFileSync(path, 'utf8')).toBe(
      `\ufeffsidecars:\n${note(single, 2)}  - {name: a, source: {path: vendor/sidecars/a/single.sh}}\n`,
    )
    expect(statSync(path).mode & 0o777).toBe(0o640)
  })

  it('replaces what an earlier run brought, but never what another source names', async () => {
    put('app/vendor/sidecars/a/old', 'old')
    put('app/vendor/sidecars/b/kept.sh', SCRIPT)
    const source = `${sourceOf(put('single.sh', SCRIPT))}}`
    put(
      'app/sidecars.yml',
      `sidecars:\n  - {name: a, source: ${source}}\n  - {name: x, source: {path: vendor/sidecars/b/kept.sh}}\n  - {name: b, source: ${source}}\n`,
    )
    await vendor()
    expect(filesOf(join(app, 'vendor/sidecars'))).toEqual(['a/single.sh', 'b-2/single.sh', 'b/kept.sh'])
  })

  it('changes nothing of the app when one source cannot be had', async () => {
    const good = `${sourceOf(put('single.sh', SCRIPT))}}`
    const bad = put('bad.sh', SCRIPT)
    const before = `sidecars:\n  - {name: a, source: ${good}}\n  - {name: b, source: ${sourceOf(bad)}}}\n`
    put('app/sidecars.yml', before)
    writeFileSync(bad, 'something else')
    await expect(vendor()).rejects.toThrow(/^sidecars\.yml:3:23: b: checksum mismatch for/)
    expect(filesOf(app)).toEqual(['sidecars.yml'])
    expect(readdirSync(app)).toEqual(['sidecars.yml'])
    expect(readFileSync(join(app, 'sidecars.yml'), 'utf8')).toBe(before)
  })

  it('writes nothing outside the app, and replaces only directories', async () => {
    put('app/sidecars.yml', `sidecars:\n  - {name: a, source: ${sourceOf(put('single.sh', SCRIPT))}}}\n`)
    put('outside/sidecars/a/precious', 'precious')
    symlinkSync('../outside', join(app, 'vendor'))
    await expect(vendor()).rejects.toThrow('vendor is a link out of the app')
    rmSync(join(app, 'vendor'))
    mkdirSync(join(app, 'vendor'))
    symlinkSync('../../outside/sidecars', join(app, 'vendor/sidecars'))
    await expect(vendor()).rejects.toThrow('vendor/sidecars is a link out of the app')
    expect(filesOf(join(temp, 'outside'))).toEqual(['sidecars/a/precious'])
    rmSync(join(app, 'vendor'), { recursive: true })
    put('app/vendor', 'a file')
    await expect(vendor()).rejects.toThrow('vendor is not a directory')
    expect(filesOf(app)).toEqual(['sidecars.yml', 'vendor'])
  })

  it('edits the file of the app that sidecars.yml is a link to', async () => {
    put('app/conf/real.yml', `sidecars:\n  - {name: a, source: ${sourceOf(put('single.sh', SCRIPT))}}}\n`)
    symlinkSync('conf/real.yml', join(app, 'sidecars.yml'))
    await vendor()
    expect(readlinkSync(join(app, 'sidecars.yml'))).toBe('conf/real.yml')
    expect(readFileSync(join(app, 'conf/real.yml'), 'utf8')).toContain('path: vendor/sidecars/a/single.sh')
  })

  it('clears away what a killed run has left, but nothing of one that runs', async () => {
    put('app/sidecars.yml', `sidecars:\n  - {name: a, source: ${sourceOf(put('single.sh', SCRIPT))}}}\n`)
    const { pid: gone } = spawnSync('true')
    put(`app/.sidecars-vendor-${gone}/a/half`, 'half')
    put(`app/.sidecars-vendor-${process.ppid}/a/half`, 'half')
    await vendor()
    expect(readdirSync(app).sort()).toEqual([`.sidecars-vendor-${process.ppid}`, 'sidecars.yml', 'vendor'])
  })

  it.each([
    ['tmp\nvendor/\n', 2],
    ['*.sh\n', 1],
    ['sidecars/a\n*.txt', 1],
    ['vendor\n!vendor/sidecars/\n', undefined],
    ['*.sh\n!single.sh\nvendor\n', 3],
    ['vendored\n', undefined],
  ])('warns when .cfignore, %j, excludes the vendored files', async (cfignore, line) => {
    put('app/.cfignore', cfignore)
    put('app/sidecars.yml', `sidecars:\n  - {name: a, source: ${sourceOf(put('single.sh', SCRIPT))}}}\n`)
    const { warnings } = await vendor()
    expect(warnings).toMatchObject(
      line === undefined
        ? []
        : [{ place: { file: '.cfignore', line }, instead: 'add !vendor/sidecars/ below it, or remove it' }],
    )
  })

  it('blames no line of .cfignore for a file that cf push never pushes', async () => {
    put('app/.cfignore', '# tmp\n')
    put('app/sidecars.yml', `sidecars:\n  - {name: a, source: ${sourceOf(put('manifest.yml', SCRIPT))}}}\n`)
    expect((await vendor()).warnings).toEqual([])
  })

  it('changes nothing when .cfignore cannot be read', async () => {
    put('app/.cfignore', 'x'.repeat(5000))
    const text = `sidecars:\n  - {name: a, source: ${sourceOf(put('single.sh', SCRIPT))}}}\n`
    put('app/sidecars.yml', text)
    await expect(vendor()).rejects.toThrow('.cfignore has a line of 5000 characters')
    expect(readFileSync(join(app, 'sidecars.yml'), 'utf8')).toBe(text)
    expect(existsSync(join(app, 'vendor'))).toBe(false)
  })

  it('refuses an app without sidecars.yml, and paths that are not directories', async () => {
    await expect(vendor()).rejects.toThrow('has no sidecars.yml')
    app = put('x.jar', '')
    await expect(vendor()).rejects.toThrow('is not a directory')
  })
})

describe('sidecar-buildpack vendor', () => {
  it('says what it did, then that there is nothing to do, and shows no credentials', async () => {
    put('app/sidecars.yml', `sidecars:\n  - {name: a, source: ${sourceOf(put('single.sh', SCRIPT))}}}\n`)
    const said: string[] = []
    const out = (text: string | Uint8Array) => void said.push(String(text))
    const env = { XDG_CACHE_HOME: join(temp, 'cache') }
    const line = { env, cwd: temp, out, err: () => {}, isTerminal: false }
    expect(await main(['vendor', 'app'], line)).toBe(0)
    expect(said.join('')).toMatch(
      /^a: file:.*single\.sh is now vendor\/sidecars\/a\/single\.sh \(\d+ bytes\)\n/,
    )
    said.length = 0
    expect(await main(['vendor', 'app', '--json'], line)).toBe(0)
    expect(JSON.parse(said.join(''))).toEqual({ file: 'sidecars.yml', vendored: [], warnings: [] })
    expect(existsSync(join(temp, 'cache'))).toBe(false)
  })
})
