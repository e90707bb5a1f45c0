/** Whatever a sidecar can ask for, asked by one that comes with a packaged buildpack; and changed by the app, field by field. */
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { AppRun } from '../../support/app-run.ts'
import { goBuild, sidecarBuildpack } from '../../support/command-line.ts'
import { freePort } from '../../support/free-port.ts'
import { lacks } from '../../support/programs.ts'

const missing = lacks('go', 'golang-go')

/** Tells how it was started, then becomes the answerer, which is in its folder. */
const TELLS = `#!/bin/bash
printf 'arg <%s>\\n' "$@"
for name in LEVEL GREETING LICENSE ADDED SECRET WHO; do echo "$name=\${!name-unset}"; done
echo "in \${PWD##*/}, set up by $(cat "$SIDECAR_HOME/maker")"
exec "$SIDECAR_HOME/answerer" "$@"
`
const FAILS_ONCE = `#!/bin/bash
[ ! -e "$TMPDIR/failed" ] || { echo 'came back'; exec sleep 1000; }
touch "$TMPDIR/failed"
exit 3
`
const STOPS = `#!/bin/bash
for signal in TERM INT HUP; do trap "echo ended by $signal; exit 0" "$signal"; done
while :; do read -rt 0.05 <> <(:); done
`
const SERVICES = {
  'user-provided': [
    { name: 'my-apm', label: 'user-provided', tags: [], credentials: { 'license.key': 'L-1', other: 'L-2' } },
  ],
}

let temp: string
let zip: string
let services: string
/** Where the carried sidecar listens, and where it does after the override. */
let ports: { readonly carried: number; readonly overridden: number }
let running: AppRun | undefined

/** What the maker of the buildpack writes. */
const carried = () => `sidecars:
  - name: agent
    memory: 32M
    source: {path: tool, executable: tells}
    args: [sidecar, "$AGENT_PORT", "a  b", "$$WHO *", "$WHO"]
    env:
      AGENT_PORT: "${ports.carried}"
      LEVEL: info
      GREETING: "hello \${WHO}"
      LICENSE: {service: my-apm, credential: license.key}
    hide_env: [SECRET]
    app_env: {AGENT_MODE: soft, AGENT_KEY: {service: my-apm, credential: license.key}}
    working_dir: conf
    wait_for: {port: ${ports.carried}, timeout: 20s}
    setup: echo the maker > maker
    when: {service: my-apm}
  - {name: front, memory: 16M, source: {path: answerer}, args: [app, "http://127.0.0.1:$APP_PORT/"], proxy: true}
  - {name: flaky, memory: 8M, source: {path: flaky}, restart: {policy: on-failure, attempts: 3}}
  - {name: shipper, memory: 8M, source: {path: shipper}, stop: {delay: 1s, signal: INT}}
  - {name: unwanted, memory: 8M, source: {path: shipper}, when: {service: nobodys}}
`

beforeAll(async () => {
  if (missing) return
  ports = { carried: await freePort(), overridden: await freePort() }
  temp = mkdtempSync(join(tmpdir(), 'features-'))
  const folder = join(temp, 'acme')
  mkdirSync(join(folder, 'tool'), { recursive: true })
  goBuild('answerer', join(folder, 'answerer'))
  cpSync(join(folder, 'answerer'), join(folder, 'tool/answerer'))
  writeFileSync(join(folder, 'tool/tells'), TELLS, { mode: 0o755 })
  writeFileSync(join(folder, 'flaky'), FAILS_ONCE, { mode: 0o755 })
  writeFileSync(join(folder, 'shipper'), STOPS, { mode: 0o755 })
  writeFileSync(join(folder, 'sidecars.yml'), carried())
  zip = join(temp, 'acme.zip')
  const { status, stderr } = await sidecarBuildpack(['package', '--sidecars', folder, '-o', zip])
  if (status !== 0) throw new Error(stderr)
  services = join(temp, 'services.json')
  writeFileSync(services, JSON.stringify(SERVICES))
})
afterAll(() => {
  if (temp) rmSync(temp, { recursive: true, force: true })
})
afterEach(async () => {
  await running?.end()
  running = undefined
})

/** An app that answers with what it was given. */
async function staged(overrides?: string) {
  const root = mkdtempSync(join(temp, 'app-'))
  const app = join(root, 'app')
  for (const folder of ['conf', 'elsewhere']) {
    mkdirSync(join(app, folder), { recursive: true })
    writeFileSync(join(app, folder, 'kept'), '')
  }
  cpSync(join(temp, 'acme/answerer'), join(app, 'answerer'))
  const web = './answerer env AGENT_MODE AGENT_KEY AGENT_NEW PORT LEVEL MEMORY_LIMIT'
  writeFileSync(join(app, 'Procfile'), `web: ${web}\n`)
  if (overrides) writeFileSync(join(app, 'sidecars.yml'), overrides)
  const out = join(root, 'staged')
  const args = ['stage', app, '-o', out, '-b', `acme=${zip}`, '--services', services, '--env', 'WANTED=1']
  const { status, stdout, stderr } = await sidecarBuildpack(args)
  return { status, said: stdout + stderr, droplet: join(out, 'droplet.tgz') }
}

/** Runs it until it answers. */
async function answered(droplet: string): Promise<{ run: AppRun; answer: string; port: number }> {
  const port = await freePort()
  const env = ['--env', 'WHO=the  world', '--env', 'SECRET=x', '--env', 'LEVEL=of the app']
  running = new AppRun(droplet, '--port', String(port), '--services', services, ...env)
  await running.answers(`http://127.0.0.1:${port}/`)
  const answer = await (await fetch(`http://127.0.0.1:${port}/`)).text()
  return { run: running, answer, port }
}

/** What a process wrote, without the lines around it. */
function linesOf({ log }: AppRun, source: string): readonly string[] {
  return log
    .split('\n')
    .flatMap((line) => new RegExp(`\\[APP/PROC/WEB${source}/0\\] OUT (.*)$`).exec(line)?.[1] ?? [])
    .filter((line) => !line.startsWith('Invoking '))
}

async function until(condition: () => boolean, log: () => string): Promise<void> {
  for (const began = Date.now(); !condition(); await new Promise((done) => setTimeout(done, 50))) {
    if (Date.now() - began > 30_000) throw new Error(log())
  }
}

describe.skipIf(missing)(
  `a sidecar that a packaged buildpack carries${missing ? ` (skipped: ${missing})` : ''}`,
  () => {
    it('has its arguments, environment, bound service, folder, proxy, readiness, restart and stop', async () => {
      const { status, said, droplet } = await staged()
      expect(status, said).toBe(0)
      expect(said).not.toContain('Sidecar "unwanted"')
      const { run, answer, port } = await answered(droplet)

      const [mode, key, none, behind, level, memory] = answer.replace('through the app: ', '').split('|')
      expect(answer).toMatch(/^through the app: /)
      expect({ mode, key, none, level, memory }).toEqual({
        mode: 'soft',
        key: 'L-1',
        none: '',
        level: 'of the app',
        memory: `${1024 - 32 - 16 - 8 - 8}m`,
      })
      expect(behind).toMatch(/^\d+$/)
      expect(Number(behind)).not.toBe(port)
      expect(linesOf(run, '/SIDECAR/AGENT')).toEqual([
        'arg <sidecar>',
        `arg <${ports.carried}>`,
        'arg <a  b>',
        'arg <$WHO *>',
        'arg <the  world>',
        'LEVEL=info',
        'GREETING=hello the  world',
        'LICENSE=L-1',
        'ADDED=unset',
        'SECRET=unset',
        'WHO=the  world',
        'in conf, set up by the maker',
      ])
      expect(await (await fetch(`http://127.0.0.1:${ports.carried}/`)).text()).toBe("the sidecar's answer")
      await until(
        () => run.log.includes('came back'),
        () => run.log,
      )
      expect(run.log).not.toContain('CRASHED')
      expect(run.log).not.toContain('SIDECAR/UNWANTED')

      await run.end()
      const shipper = run.log.indexOf('ended by INT')
      expect(shipper, run.log).toBeGreaterThan(run.log.indexOf('[APP/PROC/WEB/0] OUT Exit status 143'))
      expect(run.log).not.toContain('ended by TERM')
    })

    it('is changed by the app field by field: scalars and lists replaced, env and app_env merged by key', async () => {
      const { status, said, droplet } = await staged(`sidecars:
  - name: agent
    memory: 48M
    args: [sidecar, "${ports.overridden}", "of the app"]
    env: {LEVEL: debug, ADDED: "by \${WHO}", LICENSE: {service: my-apm, credential: other}}
    hide_env: [WHO]
    app_env: {AGENT_MODE: strict, AGENT_NEW: "yes"}
    working_dir: elsewhere
    wait_for: {port: ${ports.overridden}}
    setup: echo the app > maker
    when: {env: WANTED}
  - {name: front, proxy: false, args: [sidecar, "0"]}
  - {name: flaky, restart: never, enabled: false}
  - {name: shipper, process_types: [worker, web], stop: {signal: HUP}}
  - {name: unwanted, when: {env: WANTED}, restart: always}
processes: {worker: sleep 1000}
`)
      expect(status, said).toBe(0)
      expect(said).toContain('Sidecar "shipper" added to processes worker, web (8M)')
      expect(said).toContain('Sidecar "unwanted" added to process web (8M)')
      expect(said).toContain('Sidecar "flaky" is disabled')
      expect(said).not.toContain('Sidecar "flaky" added')
      const { run, answer, port } = await answered(droplet)
      expect(answer).toBe(`strict|L-1|yes|${port}|of the app|${1024 - 48 - 16 - 8 - 8}m`)
      expect(linesOf(run, '/SIDECAR/AGENT')).toEqual([
        'arg <sidecar>',
        `arg <${ports.overridden}>`,
        'arg <of the app>',
        'LEVEL=debug',
        'GREETING=hello the  world',
        'LICENSE=L-2',
        'ADDED=by the  world',
        'SECRET=x',
        'WHO=unset',
        'in elsewhere, set up by the app',
      ])
      await run.end()
      const stopped = linesOf(run, '/SIDECAR/SHIPPER')
      expect(stopped[0], run.log).toBe('ended by HUP')
    })

    it('is never given another source', async () => {
      const { status, said } = await staged('sidecars:\n  - {name: agent, source: {path: answerer}}\n')
      expect(status).toBe(1)
      expect(said).toMatch(
        /sidecars\.yml:2:.*agent is included in the buildpack acme .* also declared here with a source/,
      )
    })
  },
)
