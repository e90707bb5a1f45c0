import { spawnSync } from 'node:child_process'
import { describe, expect, it } from 'vitest'
import { CLI, runCli } from '../../support/command-line.ts'
import { temporaryFolder } from '../../support/files.ts'
import { classFile, jar, manifest } from '../../support/jars.ts'

const MANIFEST = 'META-INF/MANIFEST.MF'
const app = { [MANIFEST]: manifest('Main-Class: Main'), 'Main.class': classFile(17) }
const agent = jar({ [MANIFEST]: manifest('Premain-Class: A'), 'A.class': classFile(17) })
const inner = jar({ 'a.txt': 'x' })

/** Standard error of `validate`, with an app manifest of that memory and environment; '' when nothing is wrong. */
function validate(files: Readonly<Record<string, string | Buffer>>, memory = '1G', env = '{}') {
  const buildpacks = '[sidecar_buildpack, java_buildpack]'
  const text = `applications: [{name: a, memory: ${memory}, env: ${env}, buildpacks: ${buildpacks}}]`
  const cwd = temporaryFolder({ ...app, ...files, 'manifest.yml': text })
  const { status, stderr } = runCli(['validate', '.', '-f', 'manifest.yml'], { cwd })
  expect(status).toBe(stderr === '' ? 0 : 1)
  return stderr
}

/** Changes bytes of the first directory entry. */
function patched(change: (directory: Buffer) => void): Buffer {
  const copy = Buffer.from(agent)
  change(copy.subarray(copy.indexOf(Buffer.from('PK\x01\x02', 'latin1'))))
  return copy
}

describe('validate, of a Java app', () => {
  it.each<[string, Buffer, string]>([
    [
      'a zip of zips',
      jar({ 'one.zip': jar({ 'two.zip': inner }), 'b.jar': inner }),
      'has no META-INF/MANIFEST',
    ],
    ['truncated', agent.subarray(0, agent.length - 40), 'its end is missing'],
    ['lying of where its entries are', patched((at) => at.writeUInt32LE(0x7fffff, 42)), 'impossible offset'],
    ['encrypted', patched((at) => at.writeUInt16LE(1, 8)), 'is encrypted, which Java cannot read'],
    ['without a manifest', jar({ 'A.class': classFile(17) }), 'has no META-INF/MANIFEST.MF'],
    ['no agent', jar(app), 'its manifest has no Premain-Class'],
    [
      'an agent twice',
      jar({ [MANIFEST]: manifest('Premain-Class: A', 'Premain-Class: B'), 'A.class': classFile(17) }),
      'more than one Premain-Class',
    ],
    [
      'for a newer Java',
      jar({ [MANIFEST]: manifest('Premain-Class: A'), 'A.class': classFile(21) }),
      'needs Java 21',
    ],
  ])('refuses an agent that is %s, at its place', (_, bytes, what) => {
    const files = {
      'sidecars.yml': 'java:\n  agents:\n    - source: {path: lib/a.jar}\n',
      'lib/a.jar': bytes,
    }
    const said = validate(files, '1G', '{BP_JAVA_VERSION: "17"}')
    expect(said).toMatch(/^error: sidecars\.yml:3:7: .*lib\/a\.jar/)
    expect(said).toContain(what)
  })

  it('takes an agent whose path has blanks and quotes', () => {
    const name = 'lib/it\'s  "an" agent.jar'
    const files = {
      'sidecars.yml': `java: {agents: [{source: {path: ${JSON.stringify(name)}}}]}`,
      [name]: agent,
    }
    expect(validate(files)).toBe('')
  })

  it.each([
    ['"-Xmx"', '{}', 'java.options must be a list'],
    ['["-Xmx"]', '{}', '-Xmx has no valid size; use for example -Xmx256m'],
    ['["-Xss9G"]', '{}', 'the memory calculator refuses to start the app: web can have at most 1G'],
    [
      '["-Dx=1"]',
      '{JBP_CONFIG_JAVA_OPTS: "{from_environment: false}"}',
      'agents and options do not reach the JVM',
    ],
  ])('refuses options: %s with %s in 1 GB', (options, env, what) => {
    const said = validate({ 'sidecars.yml': `java:\n  options: ${options}\n` }, '1G', env)
    expect(said).toMatch(/^error: sidecars\.yml:2:1/)
    expect(said).toContain(what)
  })

  it('warns of a sidecar of the app manifest that has no memory', () => {
    const text =
      'applications: [{name: a, memory: 1G, sidecars: [{name: other, process_types: [web], command: ./x}]}]'
    const cwd = temporaryFolder({
      ...app,
      'sidecars.yml': 'java: {options: ["-Dx=1"]}',
      'manifest.yml': text,
    })
    const args = [CLI, 'validate', '.', '-f', 'manifest.yml']
    const { status, stderr } = spawnSync(process.execPath, args, { cwd, encoding: 'utf8' })
    expect(stderr).toMatch(
      /^warning: manifest\.yml:1:\d+: sidecar other has no memory, and the JVM of this Java app \(Main-Class in its manifest\) uses all that is left; add for example memory: 64M$/m,
    )
    expect(status).toBe(0)
  })

  it('refuses less memory than both calculators need, with an amount that is enough', () => {
    const files = { 'sidecars.yml': 'sidecars: [{name: a, command: sleep 9, memory: 64M}]' }
    expect(validate(files, '500M')).toContain(
      'web can have at most 500M, of which the sidecars take 64M; give the app ',
    )
    expect(validate(files, '700M')).toBe('')
  })
})
