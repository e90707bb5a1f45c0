/** The ways of docs/how-to/install.md: a release is made, checked, and installed from. */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readIdentity } from '../../../src/buildpack/identity.ts'
import { CACHE, run, sidecarBuildpack } from '../../support/command-line.ts'
import { ROOT } from '../../support/files.ts'
import { lacks } from '../../support/programs.ts'

const missing = lacks('git') || lacks('unzip')
const { version } = readIdentity(ROOT)
const ZIP = `sidecar_buildpack-v${version}.zip`

describe.skipIf(missing)(`a release${missing ? ` (skipped: ${missing})` : ''}`, () => {
  let temp: string
  let release: string
  let server: Server
  let requests: string[]

  beforeAll(async () => {
    temp = mkdtempSync(join(tmpdir(), 'install-'))
    release = await made('first')
    requests = []
    server = createServer((request, response) => {
      requests.push(request.url ?? '')
      response.end(readFileSync(join(release, ZIP)))
    })
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
    mkdirSync(join(temp, 'app'))
    writeFileSync(join(temp, 'app/Procfile'), 'web: ./run\n')
    writeFileSync(join(temp, 'app/run'), '#!/bin/sh\n', { mode: 0o755 })
    writeFileSync(join(temp, 'app/sidecars.yml'), 'sidecars: [{name: a, command: ./run, memory: 8M}]\n')
  })
  afterAll(() => {
    server?.close()
    rmSync(temp, { recursive: true, force: true })
  })

  /** In a clone with the files of this checkout, committed or not. @returns the directory of the release */
  async function made(name: string): Promise<string> {
    const clone = join(temp, name)
    const git = (...args: readonly string[]) => execFileSync('git', args, { cwd: clone, stdio: 'pipe' })
    mkdirSync(clone)
    const listed = ['ls-files', '-z', '--cached', '--others', '--exclude-standard']
    const files = execFileSync('git', listed, { cwd: ROOT, encoding: 'utf8' })
      .split('\0')
      .filter((each) => existsSync(join(ROOT, each)))
    execFileSync(
      'tar',
      ['-c', '-C', ROOT, '-f', join(temp, 'files.tar'), '--null', '--verbatim-files-from', '-T', '-'],
      { input: files.filter(Boolean).join('\0') },
    )
    execFileSync('tar', ['-x', '-C', clone, '-f', join(temp, 'files.tar')])
    git('init', '-q')
    git('add', '-A')
    git('-c', 'user.name=a', '-c', 'user.email=a@example.com', 'commit', '-qm', 'all')
    const { status, stderr } = await run('npm', ['run', 'release'], {
      cwd: clone,
      env: { ...process.env, XDG_CACHE_HOME: CACHE },
    })
    expect(stderr).not.toMatch(/\berror:|no code cache/)
    expect(status).toBe(0)
    return join(clone, 'release')
  }

  it('has the zip, the npm package, the SBOM, the notes and right checksums', async () => {
    expect(readdirSync(release).sort()).toEqual([
      'NOTES.md',
      'SHA256SUMS',
      `sidecar-buildpack-${version}.tgz`,
      `sidecar_buildpack-v${version}.cdx.json`,
      ZIP,
    ])
    expect((await run('sha256sum', ['-c', 'SHA256SUMS'], { cwd: release })).status).toBe(0)
    const { stdout } = await run('unzip', ['-p', join(release, ZIP), 'sbom.cdx.json'])
    expect(stdout).toBe(readFileSync(join(release, `sidecar_buildpack-v${version}.cdx.json`), 'utf8'))
  })

  it('has the same checksums when another clone of the same commit makes it', async () => {
    const again = await made('second')
    const sums = (directory: string) => readFileSync(join(directory, 'SHA256SUMS'), 'utf8')
    expect(sums(again)).toBe(sums(release))
  })

  it('is refused while the working tree has changes', async () => {
    writeFileSync(join(temp, 'first/README.md'), 'changed')
    const { status, stderr } = await run('npm', ['run', 'release'], { cwd: join(temp, 'first') })
    expect(status).toBe(1)
    expect(stderr).toContain('error: the working tree has changes')
    expect(existsSync(join(release, ZIP))).toBe(true)
    execFileSync('git', ['checkout', '-q', '.'], { cwd: join(temp, 'first') })
  })

  it('installs the command line from the npm package, which downloads nothing', async () => {
    const prefix = join(temp, 'prefix')
    const tgz = join(release, `sidecar-buildpack-${version}.tgz`)
    const offline = ['--offline', '--no-audit', '--no-fund', '--prefix', prefix]
    const installed = await run('npm', ['install', '--global', ...offline, tgz], { cwd: temp })
    expect(installed).toMatchObject({ status: 0 })
    const { status, stdout } = await run(join(prefix, 'bin/sidecar-buildpack'), ['validate', 'app'], {
      cwd: temp,
    })
    expect(stdout).toContain('1 sidecar (a)')
    expect(status).toBe(0)
  })

  it('stages by the URL of its zip, as an app without admin rights names it', async () => {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/${ZIP}`
    const options = { cwd: temp, env: { ...process.env, HOME: temp, XDG_CACHE_HOME: join(temp, 'cache') } }
    const { status, stderr } = await sidecarBuildpack(['stage', 'app', '-b', url, '-o', 'staged'], options)
    expect(stderr).not.toContain('ERROR')
    expect(status).toBe(0)
    expect(requests).toEqual([`/${ZIP}`])
    const { sidecars } = JSON.parse(readFileSync(join(temp, 'staged/result.json'), 'utf8'))
    expect(sidecars).toMatchObject([{ name: 'a', memory: 8 }])
  })

  it('stages as the zip that an admin adds', async () => {
    const args = ['stage', 'app', '-b', `sidecar_buildpack=${join(release, ZIP)}`, '-o', 'by-name']
    writeFileSync(
      join(temp, 'app/manifest.yml'),
      'applications: [{name: a, buildpacks: [sidecar_buildpack]}]\n',
    )
    const { status } = await sidecarBuildpack([...args, '-f', 'app/manifest.yml'], { cwd: temp })
    expect(status).toBe(0)
    rmSync(join(temp, 'app/manifest.yml'))
  })

  it('fails in the first line of its log by a git URL, with what to use instead', async () => {
    const clone = join(temp, 'cloned')
    execFileSync('git', ['clone', '-q', join(temp, 'first'), clone])
    const options = { cwd: temp, env: { ...process.env, HOME: temp } }
    const { status, stdout, stderr } = await sidecarBuildpack(['stage', 'app', '-b', clone], options)
    expect(status).toBe(1)
    expect(stdout + stderr).toMatch(/ERROR\*\* A git URL of this buildpack cannot be staged/)
    expect(stdout + stderr).toContain('Build the zip with npm run package')
  })
})
