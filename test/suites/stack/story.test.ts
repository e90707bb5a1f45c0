/** The demo, and the story of Cloud Foundry's sidecar tutorial, with the shell and the tools of the stacks. */
import { execFileSync, spawnSync } from 'node:child_process'
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { findContainerTools } from '../../../src/container/tools.ts'
import { CLI, sidecarBuildpack } from '../../support/command-line.ts'
import { ROOT } from '../../support/files.ts'
import { freePort } from '../../support/free-port.ts'
import { Workplace } from '../../support/local-run.ts'
import { lacks } from '../../support/programs.ts'
import { configServer } from '../../support/samples.ts'

const rootfs = process.env.STACK_ROOTFS ?? ''
const tools = await findContainerTools()
const missing = 'reason' in tools ? tools.reason : lacks('go')
const why = missing ? ` (skipped: ${missing})` : ''

const place = new Workplace()
afterAll(() => place.end())

/** This Node.js alone, as an installation that `PATH` names: the system's directories are those of the stack. */
function nodeInstallation(): string {
  const installation = mkdtempSync(join(place.folder, 'node-'))
  chmodSync(installation, 0o755)
  const bin = join(installation, 'bin')
  mkdirSync(bin)
  copyFileSync(process.execPath, join(bin, 'node'))
  return join(bin, 'node')
}

function build(folder: string, output: string): void {
  const env = { ...process.env, GOOS: 'linux', GOARCH: 'amd64', CGO_ENABLED: '0' }
  execFileSync('go', ['build', '-o', output, '.'], { cwd: folder, env, stdio: 'pipe' })
}

/** `sidecar-buildpack ssh -c` beside a run. */
async function ssh(temporary: string, command: string): Promise<string> {
  const child = spawnSync(process.execPath, [CLI, 'ssh', '-c', command], {
    env: { PATH: process.env.PATH, TMPDIR: temporary, XDG_RUNTIME_DIR: join(temporary, 'records') },
    encoding: 'utf8',
  })
  return child.stdout
}

describe.skipIf(missing)(`in the root file system of a stack${why}`, () => {
  test('the demo runs', () => {
    const demo = join(ROOT, 'scripts/demo.mjs')
    const node = nodeInstallation()
    const env = { ...process.env, PATH: `${dirname(node)}:${process.env.PATH}` }
    const { status, stdout, stderr } = spawnSync(node, [demo, '--rootfs', rootfs], { env, encoding: 'utf8' })
    expect(status, `${stdout}${stderr}`).toBe(0)
    expect(stdout).toContain('Exited with status 137')
  })

  test('the steps of the tutorial do what they say, with an app and a sidecar in Go', async () => {
    const app = join(place.folder, 'app')
    mkdirSync(app)
    const server = configServer()
    if ('skipped' in server) throw new Error(server.skipped)
    copyFileSync(server.path, join(app, 'config-server'))
    build(join(ROOT, 'test/suites/package/answerer'), join(app, 'answerer'))
    const [port, sidecarPort] = [await freePort(), await freePort()]
    writeFileSync(
      join(app, 'sidecars.yml'),
      `sidecars:
  - {name: config-server, process_types: [web], memory: 16M, command: ./config-server}
processes: {web: "./answerer app http://localhost:$CONFIG_SERVER_PORT/config/"}
`,
    )
    const zip = join(place.folder, 'story.zip')
    expect((await sidecarBuildpack(['package', '-o', zip])).status).toBe(0)
    const droplet = await place.stage(app, '--rootfs', rootfs, '-b', zip)
    const options = ['--rootfs', rootfs, '--port', `${port}`, '--env', `CONFIG_SERVER_PORT=${sidecarPort}`]
    const run = place.run([droplet, ...options])
    await run.line('Container became healthy')
    const answer = await (await fetch(`http://127.0.0.1:${port}/`)).text()
    expect(answer).toBe('through the app: {"Scope":"demo-service.admin","Password":"not-a-real-secret"}\n')

    const processes = await ssh(run.temporary, 'ps aux')
    expect(processes).toMatch(/^vcap +\d+ .* \.\/config-server$/m)
    expect(processes).toMatch(/^vcap +\d+ .* \.\/answerer app http/m)
    const sockets = await ssh(run.temporary, 'lsof -i | grep $CONFIG_SERVER_PORT')
    expect(sockets).toMatch(new RegExp(`^config-se +\\d+ vcap .* TCP \\S+:${sidecarPort} \\(LISTEN\\)$`, 'm'))
    await ssh(run.temporary, 'kill -9 $(pgrep config-server)')
    const { text } = await run.line('App instance exited with guid')
    expect(text).toContain('"exit_description"=>"APP/PROC/WEB/SIDECAR/CONFIG-SERVER: Exited with status 137"')
    await run.line('Container became healthy', 2)
  })
})
