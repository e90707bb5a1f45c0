/**
 * What a platform engineer does: a folder with one binary and an eight-line sidecars.yml becomes a buildpack, which
 * stages apps with nothing on PATH but coreutils and bash, also where there is no network.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { createHash } from 'node:crypto'
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { load } from 'js-yaml'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { coreutilsAndBash, goBuild, run, sidecarBuildpack } from '../../support/command-line.ts'
import { ROOT } from '../../support/files.ts'
import { freePort } from '../../support/free-port.ts'
import { lacks, lacksNamespaces } from '../../support/programs.ts'
import { RUN_OPTIONS } from '../../support/run-options.ts'

const missing = lacks('unzip') || lacks('go', 'golang-go')
const noNamespaces = lacksNamespaces()
const reason = (why: string | false) => (why ? ` (skipped: ${why})` : '')

let temp: string
let answerer: string
let path: string
let server: Server
/** `http://127.0.0.1:…`, which serves the binary while packaging. */
let site: string

beforeAll(async () => {
  if (missing) return
  temp = mkdtempSync(join(tmpdir(), 'staging '))
  answerer = join(temp, 'answerer')
  goBuild('answerer', answerer)
  path = await coreutilsAndBash(join(temp, 'path'))
  server = createServer((_request, response) => response.end(readFileSync(answerer)))
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  site = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
})
afterAll(() => {
  server?.close()
  if (temp) rmSync(temp, { recursive: true, force: true })
})

/** The engineer's folder. */
function makersFolder(name: string, source: string, port: number): string {
  const folder = join(temp, name)
  mkdirSync(folder)
  writeFileSync(
    join(folder, 'sidecars.yml'),
    `# Answers on localhost for every app of the platform.
sidecars:
  - name: answerer
    process_types: [web]
    memory: 32M
    source:
${source}
    args: [sidecar, "${port}"]
`,
  )
  return folder
}

/** The binary as the buildpack's dependency, which packaging fetches. */
function writeManifest(folder: string): void {
  writeFileSync(
    join(folder, 'manifest.yml'),
    `default_versions: [{name: answerer, version: 1.x}]\ndependencies:\n  - {name: answerer, version: 1.2.0, uri: "${site}/answerer", sha256: ${sum()}, cf_stacks: [cflinuxfs4]}\n`,
  )
}

function sum(): string {
  return createHash('sha256').update(readFileSync(answerer)).digest('hex')
}

async function packageOf(folder: string, args: readonly string[]): Promise<string> {
  const zip = join(temp, `${folder.split('/').at(-1)}.zip`)
  const { status, stderr } = await sidecarBuildpack(['package', '--sidecars', folder, '-o', zip, ...args])
  if (status !== 0) throw new Error(stderr)
  return zip
}

async function unzipped(zip: string): Promise<string> {
  const folder = `${zip.slice(0, -4)} unzipped`
  expect(await run('unzip', ['-q', zip, '-d', folder])).toMatchObject({ status: 0, stderr: '' })
  return folder
}

/** The app asks the sidecar, which it knows nothing of but the port. */
function app(name: string, port: number): string {
  const folder = join(temp, name)
  mkdirSync(folder)
  cpSync(answerer, join(folder, 'app'))
  writeFileSync(join(folder, 'Procfile'), `web: ./app app http://127.0.0.1:${port}/\n`)
  return folder
}

/** Supply and finalize as the platform calls them, from a PATH with coreutils and bash alone. */
async function staged(buildpack: string, appDir: string, prefix: readonly string[] = []) {
  const root = mkdtempSync(join(temp, 'droplet-'))
  for (const folder of ['cache', 'deps/0', 'profile.d']) mkdirSync(join(root, folder), { recursive: true })
  const args = [appDir, join(root, 'cache'), join(root, 'deps'), '0']
  const env = {
    PATH: path,
    HOME: '/nowhere',
    CF_STACK: 'cflinuxfs4',
    LANG: 'en_US.UTF-8',
    MEMORY_LIMIT: '1024m',
  }
  const supply = [...prefix, join(buildpack, 'bin/supply'), ...args]
  const finalize = [...prefix, join(buildpack, 'bin/finalize'), ...args, join(root, 'profile.d')]
  const outcomes = []
  for (const [program = '', ...rest] of [supply, finalize]) outcomes.push(await run(program, rest, { env }))
  return { root, outcomes }
}

function expectStaged({ root, outcomes }: Awaited<ReturnType<typeof staged>>): void {
  for (const { status, stdout, stderr } of outcomes) {
    expect({ status, said: status === 0 ? '' : stdout + stderr }).toEqual({ status: 0, said: '' })
  }
  const launch = load(readFileSync(join(root, 'deps/0/launch.yml'), 'utf8')) as {
    processes: { type: string; limits?: object; platforms?: { cloudfoundry: { sidecar_for: string[] } } }[]
  }
  expect(launch.processes.find(({ type }) => type === 'answerer')).toMatchObject({
    limits: { memory: 32 },
    platforms: { cloudfoundry: { sidecar_for: ['web'] } },
  })
  const bits = join(root, 'deps/0/sidecars/answerer/answerer')
  expect(readFileSync(bits).equals(readFileSync(answerer))).toBe(true)
}

describe.skipIf(missing)(`a buildpack of one binary and eight lines${reason(missing)}`, () => {
  it('stages from the unzipped package with an empty PATH but for coreutils and bash', async () => {
    const folder = makersFolder('plain', '      path: answerer', 9101)
    cpSync(answerer, join(folder, 'answerer'))
    expect(readFileSync(join(folder, 'sidecars.yml'), 'utf8').split('\n')).toHaveLength(8 + 1)
    const buildpack = await unzipped(await packageOf(folder, []))
    expect(existsSync(join(path, 'node'))).toBe(false)
    expectStaged(await staged(buildpack, app('plain app', 9101)))
  })

  it.skipIf(noNamespaces)(`stages cached where there is no network${reason(noNamespaces)}`, async () => {
    const folder = makersFolder('cached', '      dependency: answerer', 9102)
    writeManifest(folder)
    const zips = { plain: await packageOf(folder, []), cached: '' }
    const cached = makersFolder('cached-uri', `      {uri: "${site}/answerer", sha256: ${sum()}}`, 9103)
    zips.cached = `${temp}/with-dependency.zip`
    for (const [from, out] of [
      [folder, zips.cached],
      [cached, `${temp}/with-uri.zip`],
    ] as const) {
      const { status, stderr } = await sidecarBuildpack([
        'package',
        '--cached',
        '--sidecars',
        from,
        '-o',
        out,
      ])
      expect({ status, said: status === 0 ? '' : stderr }).toEqual({ status: 0, said: '' })
    }
    const without = [
      '/usr/bin/env',
      `PATH=${process.env.PATH}`,
      'unshare',
      '-n',
      '/usr/bin/env',
      `PATH=${path}`,
    ]
    expectStaged(await staged(await unzipped(zips.cached), app('app with dependency', 9102), without))
    expectStaged(await staged(await unzipped(`${temp}/with-uri.zip`), app('app with uri', 9103), without))
    const [supply] = (await staged(await unzipped(zips.plain), app('app without', 9102), without)).outcomes
    expect(supply?.status).not.toBe(0)
    expect(`${supply?.stdout}${supply?.stderr}`).toContain('answerer')
  })
})

describe.skipIf(missing)(`the app on one’s own machine${reason(missing)}`, () => {
  let running: ChildProcess | undefined
  afterEach(async () => {
    if (!running || running.exitCode !== null) return
    const ended = new Promise((done) => running?.once('exit', done))
    running.kill('SIGINT')
    await ended
  })

  it('answers through the sidecar that the zip brings', async () => {
    const sidecarPort = await freePort()
    const folder = makersFolder('story', '      path: answerer', sidecarPort)
    cpSync(answerer, join(folder, 'answerer'))
    const zip = await packageOf(folder, [])
    const appDir = app('story app', sidecarPort)
    const staging = await sidecarBuildpack(['stage', appDir, '-b', zip, '-o', join(temp, 'story staged')])
    expect({
      status: staging.status,
      said: staging.status === 0 ? '' : staging.stdout + staging.stderr,
    }).toEqual({
      status: 0,
      said: '',
    })
    const port = await freePort()
    const droplet = join(temp, 'story staged', 'droplet.tgz')
    const command = [join(ROOT, 'bin/sidecar-buildpack'), 'run', droplet, ...RUN_OPTIONS, '--port', `${port}`]
    running = spawn(process.execPath, command, { stdio: 'ignore' })
    expect(await answer(`http://127.0.0.1:${port}/`)).toBe("through the app: the sidecar's answer")
  })

  const noLoopback = noNamespaces || lacks('ip', 'iproute2') || lacks('curl')
  it.skipIf(noLoopback)(
    `answers so from the cached zip, staged and run where there is no network${reason(noLoopback)}`,
    async () => {
      const folder = makersFolder('offline', '      dependency: answerer', 9104)
      writeManifest(folder)
      const zip = await packageOf(folder, ['--cached'])
      const script = `
ip link set lo up
if curl -fs -o /dev/null "$SITE"; then echo 'the network is there'; exit 1; fi
"$NODE" "$COMMAND" stage "$APP" -b "$ZIP" -o "$OUT" >&2 || exit
"$NODE" "$COMMAND" run "$OUT/droplet.tgz" --port 8081 >&2 &
for ((attempt = 0; attempt < 600; attempt++)); do
  curl -fs http://127.0.0.1:8081/ && break
  sleep 0.1
done
kill -INT $!
wait $!
`
      const { stdout, stderr } = await run('unshare', ['-n', 'bash', '-c', script], {
        env: {
          ...process.env,
          SITE: site,
          NODE: process.execPath,
          COMMAND: join(ROOT, 'bin/sidecar-buildpack'),
          APP: app('offline app', 9104),
          ZIP: zip,
          OUT: join(temp, 'offline staged'),
        },
      })
      expect(stdout, stderr).toBe("through the app: the sidecar's answer")
    },
  )
})

/** Within a minute. */
async function answer(url: string): Promise<string> {
  for (let attempt = 0; ; attempt++) {
    try {
      const response = await fetch(url)
      if (response.ok || attempt > 600) return await response.text()
    } catch (thrown) {
      if (attempt > 600) throw thrown
    }
    await new Promise((done) => setTimeout(done, 100))
  }
}
