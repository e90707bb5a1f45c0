import { chmodSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { type ReadOptions, readConfiguration } from '../../src/config/read.ts'
import { describeProblem, Problems } from '../../src/problems/problems.ts'
import { type Files, temporaryFolder, writeFiles } from '../support/files.ts'

/** The file that was read, and the problems. */
function read(appDir: string, options: Partial<ReadOptions> = {}) {
  const problems = new Problems()
  const { configuration, hasOwn, hasCarried } = readConfiguration({ appDir, env: {}, ...options }, problems)
  const [place] = configuration.sidecars.map((each) => each.place.file)
  return { file: place, hasOwn, hasCarried, problems: problems.sorted().map(describeProblem) }
}

const inApp = (files: Files, env: ReadOptions['env'] = {}) => read(temporaryFolder(files), { env })
const CONFIG = 'sidecars: [{name: a, command: x}]'

describe('the configuration of an app', () => {
  it('is the text of SIDECARS_CONFIG before everything else', () => {
    const env = { SIDECARS_CONFIG: CONFIG, SIDECARS_CONFIG_PATH: 'nowhere' }
    expect(inApp({ 'sidecars.yml': 'bad: true' }, env)).toMatchObject({
      file: '$SIDECARS_CONFIG',
      problems: [],
    })
  })

  it('is the file of SIDECARS_CONFIG_PATH', () => {
    const files = { 'conf/s.yml': CONFIG, 'sidecars.yml': 'bad: true' }
    const env = { SIDECARS_CONFIG_PATH: 'conf/s.yml' }
    expect(inApp(files, env)).toMatchObject({ file: 'conf/s.yml', problems: [] })
    expect(inApp({ 'sidecars.yml': CONFIG }, env)).toMatchObject({
      hasOwn: true,
      problems: [
        'SIDECARS_CONFIG_PATH is conf/s.yml, which does not exist in the app; use a path relative to the app root',
      ],
    })
    expect(inApp({}, { SIDECARS_CONFIG_PATH: '.' }).problems).toEqual([
      '.:1:1: the file is a directory, expected a file',
    ])
  })

  const PLACES = [
    'sidecars.yml',
    '.sidecars.yml',
    'BOOT-INF/classes/sidecars.yml',
    'WEB-INF/classes/sidecars.yml',
    'META-INF/sidecars.yml',
  ]
  it.each(PLACES)('may be %s', (place) => {
    expect(inApp({ [place]: CONFIG })).toMatchObject({ file: place, hasOwn: true, problems: [] })
  })

  it('is the first of these, with a warning of each other', () => {
    const [first, ...others] = PLACES
    expect(inApp(Object.fromEntries(PLACES.map((place) => [place, CONFIG])))).toMatchObject({
      file: first,
      problems: others.map(
        (other) => `${other}:1:1: ignored: sidecars.yml takes precedence; keep one of them`,
      ),
    })
  })

  it('may be missing', () => {
    expect(inApp({})).toEqual({ file: undefined, hasOwn: false, hasCarried: false, problems: [] })
  })
})

describe('a file that is ignored', () => {
  const ignored = (file: string) =>
    `${file}:1:1: this file is ignored; move it to sidecars.yml in the app root, or set SIDECARS_CONFIG_PATH: ${file}`
  const ofOrange = (file: string) =>
    `${file}:1:1: ignored: this is the configuration of Orange's sidecars-buildpack; ` +
    'write a sidecars.yml; docs/migration/from-orange-sidecars-buildpack.md shows how to convert it'
  it.each([
    ['sidecars.yaml', ignored],
    ['.sidecars.yaml', ignored],
    ['sidecar.yml', ignored],
    ['conf/sidecars.yml', ignored],
    ['app/sidecars.yaml', ignored],
    ['sidecars-config.yml', ofOrange],
    ['BOOT-INF/classes/sidecars-config.yml', ofOrange],
  ])('is mentioned only if none is read: %s', (file, warning) => {
    expect(inApp({ [file]: CONFIG }).problems).toEqual([warning(file)])
    expect(inApp({ [file]: CONFIG, 'sidecars.yml': CONFIG }).problems).toEqual([])
  })

  it('is not looked for in node_modules, behind links and in deeper directories', () => {
    const elsewhere = temporaryFolder({ 'sidecars.yml': CONFIG })
    const files = {
      'node_modules/sidecars.yml': CONFIG,
      linked: { link: elsewhere },
      'a/b/sidecars.yml': CONFIG,
    }
    expect(inApp(files).problems).toEqual([])
  })
})

describe('the configuration of a buildpack', () => {
  it('is its config/sidecars.yml', () => {
    const directory = temporaryFolder({ 'config/sidecars.yml': CONFIG, 'sidecars.yml': 'bad: true' })
    const buildpack = { name: 'acme', directory }
    expect(read(temporaryFolder(), { buildpack })).toMatchObject({
      file: 'config/sidecars.yml',
      hasOwn: false,
      hasCarried: true,
      problems: [],
    })
  })

  it('may be missing', () => {
    const buildpack = { name: 'acme', directory: temporaryFolder({ 'sidecars.yml': CONFIG }) }
    expect(read(temporaryFolder(), { buildpack })).toMatchObject({ hasCarried: false, problems: [] })
  })
})

describe('refuses', () => {
  const OUTSIDE = 'the file is outside the app; put it into the app'
  const BROKEN = 'the file is a broken link; copy the file there'
  it.each([
    ['a link out of the app', '/etc/hostname', OUTSIDE],
    ['a link to nothing, which is not the same as no file', 'nowhere', BROKEN],
    ['a link to itself', 'sidecars.yml', BROKEN],
    ['a device', '/dev/null', OUTSIDE],
  ])('%s', (_, link, message) => {
    expect(inApp({ 'sidecars.yml': { link } })).toMatchObject({
      hasOwn: true,
      problems: [`sidecars.yml:1:1: ${message}`],
    })
  })

  it('a link to a directory whose name begins with that of the app', () => {
    const folder = temporaryFolder({ 'app-2/s.yml': CONFIG, 'app/sidecars.yml': { link: '../app-2/s.yml' } })
    expect(read(join(folder, 'app')).problems).toEqual([`sidecars.yml:1:1: ${OUTSIDE}`])
  })

  it('a directory in its place', () => {
    const appDir = temporaryFolder()
    mkdirSync(join(appDir, 'sidecars.yml'))
    expect(read(appDir).problems).toEqual(['sidecars.yml:1:1: the file is a directory, expected a file'])
  })

  it('a file that it may not read', (context) => {
    if (process.getuid?.() === 0) context.skip('root may read everything')
    const appDir = temporaryFolder({ 'sidecars.yml': CONFIG })
    chmodSync(join(appDir, 'sidecars.yml'), 0)
    expect(read(appDir).problems).toEqual(['sidecars.yml:1:1: the file cannot be read: permission denied'])
  })

  it('a file of more than 1 MiB', () => {
    const size = 1024 ** 2
    const appDir = temporaryFolder({ 'sidecars.yml': ' '.repeat(10 * size) })
    expect(read(appDir).problems).toEqual([
      `sidecars.yml:1:1: the file has ${10 * size} bytes, more than ${size} (1 MiB); check whether it is the right file`,
    ])
    writeFiles(appDir, { 'sidecars.yml': CONFIG.padEnd(size, '\n') })
    expect(read(appDir)).toMatchObject({ file: 'sidecars.yml', problems: [] })
  })
})

it('reads a link to another file of the app', () => {
  const files = { 'conf/s.yml': CONFIG, 'sidecars.yml': { link: 'conf/s.yml' } }
  expect(inApp(files)).toMatchObject({ file: 'sidecars.yml', problems: [] })
})
