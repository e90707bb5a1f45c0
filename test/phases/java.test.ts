import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import AdmZip from 'adm-zip'
import { afterEach, describe, expect, it } from 'vitest'
import { zipFile } from '../support/archives/archive-files.ts'
import { classFile } from '../support/jars.ts'
import { Staging } from '../support/staging.ts'

let staging: Staging
afterEach(() => staging.remove())

function jar(manifest: string): Uint8Array {
  const zip = new AdmZip()
  zip.addFile('META-INF/MANIFEST.MF', Buffer.from(`Manifest-Version: 1.0\n${manifest}\n`))
  const main = /(?:Main|Premain)-Class: (\S+)/.exec(manifest)?.[1]
  // The head of a class file of Java 8.
  if (main) zip.addFile(`${main.replace('.', '/')}.class`, Buffer.from('cafebabe00000034', 'hex'))
  return zip.toBuffer()
}

/** With so many classes, one of which is `a.A`. */
function classes(manifest: string, count: number, java = 8): Uint8Array {
  const names = Array.from({ length: count }, (_, at) => (at === 0 ? 'a/A.class' : `a/C${at}.class`))
  return zipFile([
    { name: 'META-INF/MANIFEST.MF', content: `Manifest-Version: 1.0\n${manifest}\n` },
    ...names.map((name) => ({ name, content: classFile(java) })),
  ])
}

/** The source of a download of this file. */
const downloaded = (archive: Uint8Array, name: string) => {
  const file = join(staging.root, name)
  writeFileSync(file, archive)
  const sha256 = createHash('sha256').update(archive).digest('hex')
  return `source: {uri: "file://${file}", sha256: ${sha256}}`
}
const JAVA_APP = {
  'META-INF/MANIFEST.MF': 'Manifest-Version: 1.0\nMain-Class: app.Main\n',
  'app/Main.class': '',
}

describe('a Java app', () => {
  it('gets agents, libraries and options on its JVM: by profile.d, and by config.yml for Java buildpack 4.x', async () => {
    staging = new Staging({
      ...JAVA_APP,
      'sidecars.yml':
        'java:\n  agents: [{source: {path: lib/agent.jar}, options: "a=b c"}]\n  libraries: [{source: {path: lib/extra.jar}}]\n  options: ["-Dx=1"]\n',
      'lib/agent.jar': jar('Premain-Class: agent.Main'),
      'lib/extra.jar': jar(''),
    })
    await staging.supply()
    expect(staging.lines.slice(1)).toEqual([
      '       Java agent agent.jar added to the JVM of the app\n',
      '       Java library extra.jar added to the JVM of the app\n',
      '       JVM options of the app: 1 added\n',
    ])
    const profile = staging.read('profile.d/0_sidecar-buildpack.sh')
    expect(profile).toContain('-javaagent:')
    expect(profile).toMatch(/0\/java\/agent-0\/agent\.jar.*=a=b/)
    expect(profile).toContain('-Dx=1')
    expect(staging.exists('deps/0/java/library-0/extra.jar')).toBe(true)
    expect(staging.read('deps/0/config.yml')).toContain(join(staging.root, 'deps/0/java/library-0/extra.jar'))
  })

  it.each([
    ['agents', 'agents: [{source: {path: a.jar}}]', true],
    ['libraries', 'libraries: [{source: {path: a.jar}}]', true],
    ['options', 'options: ["-Dx=1"]', true],
    ['none of these', 'options: []', false],
  ])('gets a profile.d script for its JVM with %s', async (_, entry, isThere) => {
    staging = new Staging({
      ...{ ...JAVA_APP, 'a.jar': jar('Premain-Class: agent.Main') },
      'sidecars.yml': `java: {${entry}}\n`,
    })
    await staging.supply()
    expect(staging.exists('profile.d/0_sidecar-buildpack.sh')).toBe(isThere)
  })

  it('gets nothing in config.yml without libraries', async () => {
    staging = new Staging({ ...JAVA_APP, 'sidecars.yml': 'java: {options: ["-Dx=1"]}\n' })
    await staging.supply()
    expect(staging.read('deps/0/config.yml')).toBe(
      'name: "Sidecar Buildpack"\nversion: "1.2.3"\nconfig:\n  "sidecar_buildpack": "1.2.3"\n',
    )
  })

  it('is refused when a sidecar has no memory, with a figure to start from', async () => {
    staging = new Staging({ ...JAVA_APP, 'sidecars.yml': 'sidecars:\n  - {name: a, command: x}\n' })
    expect(await staging.refusal()).toEqual([
      expect.stringMatching(/^sidecars\.yml:2:12: sidecar a has no memory, .*; add for example memory: \d+M/),
    ])
  })

  it('is refused with an invalid memory of a sidecar in one message', async () => {
    staging = new Staging({ ...JAVA_APP, 'sidecars.yml': 'sidecars: [{name: a, command: x, memory: 0M}]' })
    expect(await staging.refusal()).toEqual([expect.stringContaining('"0M" is less than 1M')])
  })

  it('is refused with an invalid agent, before anything is written', async () => {
    staging = new Staging({
      ...JAVA_APP,
      'sidecars.yml': 'java:\n  agents: [{source: {path: lib/agent.jar}}]\n',
      'lib/agent.jar': jar('Main-Class: x'),
    })
    const before = staging.contents()
    expect(await staging.refusal()).toEqual([expect.stringContaining('Premain-Class')])
    expect(staging.contents()).toEqual(before)
  })

  it('is refused with two libraries that turn out to have one file name', async () => {
    staging = new Staging(JAVA_APP)
    const archive = new AdmZip()
    archive.addFile('a/extra.jar', Buffer.from(jar('')))
    const uri = join(staging.root, 'library.zip')
    writeFileSync(uri, archive.toBuffer())
    const sha256 = createHash('sha256').update(archive.toBuffer()).digest('hex')
    staging.write(staging.app, {
      'sidecars.yml': `java:\n  libraries:\n    - source: {path: lib/extra.jar}\n    - source: {uri: "file://${uri}", sha256: ${sha256}}\n`,
    })
    staging.write(staging.app, { 'lib/extra.jar': jar('') })
    expect(await staging.refusal()).toEqual([
      expect.stringMatching(/^sidecars\.yml:4:7: two libraries have the file name extra\.jar/),
    ])
  })

  const zipOf = (files: Readonly<Record<string, Uint8Array>>) => {
    const archive = new AdmZip()
    for (const [name, content] of Object.entries(files)) archive.addFile(name, Buffer.from(content))
    return archive.toBuffer()
  }

  it.each([
    ['agents', 'sidecars.yml:2:12: an agent must be one jar, got 2 files; use the URI of the jar'],
    ['libraries', 'sidecars.yml:2:15: a library must be one jar, got 2 files; use the URI of the jar'],
  ])('is refused with a download of several files among its %s', async (key, message) => {
    staging = new Staging(JAVA_APP)
    const two = zipOf({ 'a.jar': jar('Premain-Class: a.A'), LICENSE: jar('') })
    staging.write(staging.app, { 'sidecars.yml': `java:\n  ${key}: [{${downloaded(two, 'two.zip')}}]\n` })
    expect(await staging.refusal()).toEqual([message])
  })

  it('is refused with a download that is no agent, or is for a later Java', async () => {
    staging = new Staging(JAVA_APP)
    const refusalOf = (agent: Uint8Array) => {
      staging.write(staging.app, {
        'sidecars.yml': `java:\n  agents: [{${downloaded(agent, 'agent.jar')}}]\n`,
      })
      return staging.refusal({ env: { BP_JAVA_VERSION: '8' } })
    }
    expect(await refusalOf(jar('Main-Class: x'))).toEqual([
      'sidecars.yml:2:12: agent.jar is not a Java agent: its manifest has no Premain-Class; use a jar whose manifest has a Premain-Class',
    ])
    expect(await refusalOf(classes('Premain-Class: a.A', 1, 17))).toEqual([
      "sidecars.yml:2:12: agent.jar needs Java 17; the app's JRE is Java 8; use a jar whose manifest has a Premain-Class",
    ])
  })

  it('has more metaspace for the classes of its agents and libraries', async () => {
    staging = new Staging({ ...JAVA_APP, 'agent.jar': classes('Premain-Class: a.A', 10) })
    const items = `agents: [{source: {path: agent.jar}}, {${downloaded(classes('Premain-Class: a.A', 20), 'other.jar')}}]`
    const libraries = `libraries: [{${downloaded(classes('', 100), 'library.jar')}}]`
    staging.write(staging.app, { 'sidecars.yml': `java:\n  ${items}\n  ${libraries}\n` })
    await staging.supply()
    const added = /__sidecar_metaspace .* (\d+)$/m.exec(staging.read('profile.d/0_sidecar-buildpack.sh'))?.[1]
    // All classes of agents, of which the app has counted 35 % of those in its directory; 35 % of those of a library.
    expect(Number(added)).toBe(10 - 3 + 20 + 35)
  })

  it('has more metaspace for the agents of two buildpacks of ours', async () => {
    const agent = 'java: {agents: [{source: {path: lib/agent.jar}}]}\n'
    const files = { 'lib/agent.jar': classes('Premain-Class: a.A', 100) }
    staging = new Staging({ ...JAVA_APP, ...files, 'sidecars.yml': agent }, ['0', '1'])
    const vendor = staging.layOutBuildpack('1'.repeat(32))
    staging.write(vendor, { 'config/sidecars.yml': agent, ...files })
    await staging.supply()
    await staging.supply({ index: '1', buildpackDir: vendor })
    const [own, all] = ['0', '1'].map((index) => {
      const script = staging.read(`profile.d/${index}_sidecar-buildpack.sh`)
      return /__sidecar_metaspace \S+ (.*)$/m.exec(script)?.[1]
    })
    // The first one is counted in the app already, in part.
    expect([own, all]).toEqual(['65', '100 65'])
  })

  it('is refused with a sidecar named task', async () => {
    staging = new Staging({
      ...JAVA_APP,
      'sidecars.yml': 'sidecars:\n  - {name: task, command: x, memory: 64M}\n',
    })
    expect(await staging.refusal()).toEqual([
      expect.stringContaining('the Java buildpacks declare a process type named task'),
    ])
  })
})

describe('a jar sidecar', () => {
  it('runs on the JVM of the app with options that keep it inside its memory', async () => {
    staging = new Staging({
      'sidecars.yml':
        'sidecars:\n  - {name: j, memory: 128M, source: {path: side.jar}, args: [--port, "1"]}\n',
      'side.jar': jar('Main-Class: side.Main'),
    })
    await staging.supply()
    const script = staging.read('deps/0/start/j')
    expect(script).toMatch(/-Xmx\d+m/)
    expect(script).toMatch(/-jar .*side\.jar --port 1/)
  })

  it('may be a war with a main class', async () => {
    staging = new Staging({
      'sidecars.yml': 'sidecars:\n  - {name: j, memory: 128M, source: {path: lib/side.war}}\n',
      'lib/side.war': jar('Main-Class: side.Main'),
    })
    await staging.supply()
    expect(staging.read('deps/0/start/j')).toMatch(/-Xmx\d+m .*-jar .*side\.war\n/)
  })

  it('is refused when its memory is too little, with the smallest sensible figure', async () => {
    staging = new Staging({
      'sidecars.yml': 'sidecars:\n  - {name: j, memory: 32M, source: {path: sidecars/side.jar}}\n',
      'sidecars/side.jar': jar('Main-Class: side.Main'),
      'META-INF/MANIFEST.MF': 'Main-Class: app.Main\n',
    })
    expect(await staging.refusal()).toEqual([
      expect.stringMatching(
        /32M is not enough memory for a JVM with sidecars\/side\.jar; use memory: \d+M or more/,
      ),
    ])
  })

  it('may be a download, in an app without Java; its JVM is the one that the environment chooses', async () => {
    staging = new Staging()
    const sidecar = downloaded(classes('Main-Class: a.A', 1, 17), 'side.jar')
    staging.write(staging.app, { 'sidecars.yml': `sidecars: [{name: j, memory: 128M, ${sidecar}}]\n` })
    await staging.supply({ env: {} })
    expect(staging.read('deps/0/start/j')).toMatch(/-Xmx\d+m .*-jar .*side\.jar\n/)
    expect(await staging.refusal({ env: { BP_JAVA_VERSION: '8' } })).toEqual([
      expect.stringMatching(/j needs Java 17; the app's JRE is Java 8; use a jar that java -jar can run$/),
    ])
  })

  it('is inspected again after its setup, which may have changed it', async () => {
    staging = new Staging({
      'sidecars.yml':
        'sidecars:\n  - {name: j, memory: 96M, source: {path: side.jar}, setup: "cp \\"$OTHER\\" side.jar"}\n',
      'side.jar': jar('Main-Class: side.Main'),
      'none.jar': jar('X: y'),
      'large.jar': classes('Main-Class: a.A', 9000),
    })
    const refusalWith = (other: string) =>
      staging.refusal({ env: { PATH: process.env.PATH, OTHER: join(staging.app, other) } })
    expect(await refusalWith('none.jar')).toEqual([
      expect.stringMatching(
        /^sidecars\.yml:2:12: j cannot be run: its manifest has no Main-Class; use a jar that java -jar can run$/,
      ),
    ])
    expect(await refusalWith('large.jar')).toEqual([
      expect.stringMatching(/96M is not enough memory for a JVM with j; use memory: \d+M or more$/),
    ])
  })

  it('is refused if its setup replaced it by one for a later Java than the environment chooses', async () => {
    staging = new Staging({
      'sidecars.yml':
        'sidecars:\n  - {name: j, memory: 128M, source: {path: side.jar}, setup: "cp \\"$OTHER\\" side.jar"}\n',
      'side.jar': jar('Main-Class: side.Main'),
      'later.jar': classes('Main-Class: a.A', 1, 21),
    })
    const env = { PATH: process.env.PATH, OTHER: join(staging.app, 'later.jar'), BP_JAVA_VERSION: '17' }
    expect(await staging.refusal({ env })).toEqual([
      expect.stringMatching(/needs Java 21; the app's JRE is Java 17; use a jar that java -jar can run$/),
    ])
  })
})
