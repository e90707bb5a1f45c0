import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir, userInfo } from 'node:os'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, expect, test } from 'vitest'
import { CLI } from '../../support/command-line.ts'
import { freePort } from '../../support/free-port.ts'
import { installed } from '../../support/programs.ts'
import { RUN_OPTIONS } from '../../support/run-options.ts'
import { NGINX } from './real-proxies.ts'

const ROOT = join(import.meta.dirname, '../../..')
const README = readFileSync(join(ROOT, 'README.md'), 'utf8')

/** The sidecars.yml of the README that declares a sidecar of this name. */
function example(name: string): string {
  const blocks = [...README.matchAll(/```yaml\n(.*?)```/gs)].map(([, text = '']) => text)
  const found = blocks.filter((text) => text.includes(`- name: ${name}\n`))
  if (found.length !== 1) throw new Error(`the README has ${found.length} examples of ${name}`)
  return found[0] ?? ''
}

let work: string
const running: { stop: () => Promise<void> }[] = []
afterEach(async () => {
  for (const each of running.splice(0)) await each.stop()
  rmSync(work, { recursive: true, force: true })
})

/** Stages and runs an app with this sidecars.yml and these bits; `web` is app.cjs. */
async function run(name: string, bits: Readonly<Record<string, string>>, ...more: string[]) {
  work = mkdtempSync(join(tmpdir(), 'readme-'))
  const app = join(work, 'app')
  const files = {
    'sidecars.yml': example(name),
    Procfile: `web: exec "${process.execPath}" app.cjs\n`,
    ...bits,
  }
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(app, path)), { recursive: true })
    writeFileSync(join(app, path), text)
    chmodSync(join(app, path), 0o755)
  }
  cpSync(join(import.meta.dirname, 'app.cjs'), join(app, 'app.cjs'))
  writeFileSync(join(work, 'services.json'), SERVICES)
  const port = await freePort()
  const env = { PATH: `${process.env.PATH}:/usr/sbin`, TMPDIR: work }
  const options = [
    '--port',
    String(port),
    '--max-restarts',
    '0',
    '--env-from-shell',
    'PATH',
    ...RUN_OPTIONS,
    ...more,
  ]
  const child = spawn(process.execPath, [CLI, 'run', app, '-b', 'sidecar', ...options], { env, cwd: work })
  let text = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (text += chunk))
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()))
  const stop = () => {
    child.kill('SIGINT')
    return ended
  }
  running.push({ stop })
  const said = async (words: string) => {
    for (const began = Date.now(); !text.includes(words); await sleep(20))
      if (Date.now() - began > 60_000) throw new Error(`${words} has not come:\n${text}`)
  }
  const pid = (process_: string) =>
    Number(
      spawnSync(process.execPath, [CLI, 'ps', '--pid', process_], { env, encoding: 'utf8' }).stdout.trim(),
    )
  const ssh = (command: string) => spawnSync(process.execPath, [CLI, 'ssh', '-c', command], { env })
  const get = (headers: Record<string, string> = {}) => fetch(`http://127.0.0.1:${port}/`, { headers })
  const served = async () => {
    for (const began = Date.now(); ; await sleep(50)) {
      if (
        await get().then(
          ({ status }) => status > 0,
          () => false,
        )
      )
        return
      if (Date.now() - began > 60_000) throw new Error(text)
    }
  }
  return { text: () => text, said, pid, ssh, get, served }
}

const SERVICES = JSON.stringify({
  'user-provided': [
    { name: 'my-apm', label: 'user-provided', tags: [], credentials: { 'license.key': 'l1c3nse' } },
  ],
})

test.skipIf(!installed('nginx'))(
  'the auth proxy asks for a password, and passes on to an app that knows nothing of it',
  async () => {
    // Started by root, nginx would answer as nobody, who cannot read what is in TMPDIR.
    const user = userInfo().username
    const conf = `user ${user}; ${NGINX}`
      .replace('@PROTO@', '')
      .replace('proxy_pass', 'auth_basic "the app"; auth_basic_user_file @TMPDIR@/users; proxy_pass')
    const script = `#!/bin/bash
sed "s|@PORT@|$PORT|;s|@APP_PORT@|$APP_PORT|;s|@TMPDIR@|$TMPDIR|g" "$SIDECAR_HOME/nginx.conf" > "$TMPDIR/nginx.conf"
echo 'me:{PLAIN}secret' > "$TMPDIR/users"
exec nginx -e stderr -p "$TMPDIR" -c "$TMPDIR/nginx.conf"
`
    const { get, served } = await run('auth', { 'nginx/run': script, 'nginx/nginx.conf': conf })
    await served()
    expect((await get()).status).toBe(401)
    const answer = await get({ authorization: `Basic ${btoa('me:secret')}` })
    expect([answer.status, await answer.text()]).toEqual([200, expect.stringMatching(/^hello from/)])
  },
)

const AGENT =
  '#!/bin/bash\necho "license ${#LICENSE} ${LICENSE:0:2} of ${VCAP_SERVICES-nothing else}"\nexec sleep 60\n'

test('the APM agent gets its key where the service is bound, and nothing else of the services', async () => {
  const { said, served, text } = await run('apm', { 'apm-agent': AGENT }, '--services', 'services.json')
  await served()
  await said('license 7 l1 of nothing else')
  expect(text()).not.toContain('l1c3nse')
})

test('the APM agent is not there where the service is not bound', async () => {
  const { served, text } = await run('apm', { 'apm-agent': AGENT })
  await served()
  expect(text()).not.toMatch(/SIDECAR\/APM.* OUT license/)
})

test('the log shipper is killed and comes back, and the app does not notice', async () => {
  const shipper = '#!/bin/bash\necho "shipping as $$"\nexec sleep 60\n'
  const { said, served, get, pid, ssh, text } = await run('log-shipper', { shipper })
  await served()
  await said('shipping as ')
  const app = pid('web')
  const first = Number(/shipping as (\d+)/.exec(text())?.[1])
  // Its pid in the container, where there is one.
  ssh(`kill -9 ${first}`)
  await said('exited with status 137; restart 1 of 5 in 1 s')
  expect((await get()).status).toBe(200)
  while ((text().match(/shipping as /g) ?? []).length < 2) await sleep(20)
  expect(pid('web')).toBe(app)
  expect(text()).not.toContain('"reason"=>"CRASHED"')
})
