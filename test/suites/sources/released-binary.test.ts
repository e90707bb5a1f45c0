/** A program as its makers release it, in a `.tgz` behind a TLS server, becomes the sidecar of an app that asks it. */
import type { ChildProcess } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { AppRun } from '../../support/app-run.ts'
import { makeCertificates } from '../../support/certificates.ts'
import { goBuild, run, sidecarBuildpack } from '../../support/command-line.ts'
import { freePort } from '../../support/free-port.ts'
import { sha256 } from '../../support/http-server.ts'
import { installedProgram, lacks } from '../../support/programs.ts'
import { started } from './started-server.ts'

/** The version that the project is built with: it serves HTTP as well. */
const { devDependencies } = JSON.parse(
  readFileSync(join(import.meta.dirname, '../../../package.json'), 'utf8'),
)
const RELEASE = `@esbuild/linux-x64@${devDependencies.esbuild}`

const nginx = installedProgram('nginx', 'nginx-light')
const folder = mkdtempSync(join(tmpdir(), 'released-'))
const packed = nginx ? await run('npm', ['pack', RELEASE, '--json'], { cwd: folder }) : undefined
const missing =
  (!nginx && 'there is no nginx') ||
  (packed?.status !== 0 && `npm pack ${RELEASE}: ${packed?.stderr.trim()}`) ||
  lacks('go', 'golang-go')

let server: ChildProcess | undefined
let running: AppRun | undefined
afterAll(async () => {
  await running?.end()
  server?.kill()
  rmSync(folder, { recursive: true, force: true })
})

it.skipIf(missing)(`${RELEASE} from nginx by TLS${missing ? ` (skipped: ${missing})` : ''}`, async () => {
  const [{ filename }] = JSON.parse(packed?.stdout ?? '[]')
  const [https, port, sidecarPort] = [await freePort(), await freePort(), await freePort()]
  server = await serveByTls(https)
  const app = join(folder, 'app')
  mkdirSync(join(app, 'public'), { recursive: true })
  writeFileSync(join(app, 'public', 'index.html'), 'a released program answers')
  goBuild('answerer', join(app, 'answerer'))
  writeFileSync(join(app, 'Procfile'), `web: ./answerer app http://127.0.0.1:${sidecarPort}/\n`)
  writeFileSync(
    join(app, 'sidecars.yml'),
    `sidecars:
  - name: released
    memory: 64M
    source:
      uri: https://localhost:${https}/${filename}
      sha256: ${sha256(readFileSync(join(folder, filename)))}
    args: ["--serve=127.0.0.1:${sidecarPort}", --servedir=public, "--watch=forever"]
    wait_for: {port: ${sidecarPort}}
`,
  )
  const out = join(folder, 'staged')
  const trusting = ['--env', `SSL_CERT_FILE=${join(folder, 'ca.pem')}`]
  const staged = await sidecarBuildpack(['stage', app, '-o', out, ...trusting])
  expect(staged).toMatchObject({ status: 0 })
  expect(staged.stdout + staged.stderr).toContain(`Downloading https://localhost:${https}/${filename}`)
  running = new AppRun(join(out, 'droplet.tgz'), '--port', String(port))
  const url = `http://127.0.0.1:${port}/`
  await running.answers(url)
  expect(await (await fetch(url)).text()).toBe('through the app: a released program answers')
})

function serveByTls(port: number): Promise<ChildProcess> {
  makeCertificates(folder)
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (each) => `${each}_temp_path ${folder}/${each};`,
  )
  writeFileSync(
    join(folder, 'nginx.conf'),
    `${process.getuid?.() === 0 ? 'user root;' : ''} daemon off; pid ${folder}/nginx.pid; error_log ${folder}/nginx.log;
events {} http { access_log off; ${temporary.join(' ')}
  server { listen 127.0.0.1:${port} ssl; root ${folder}; ssl_certificate ${folder}/server.pem; ssl_certificate_key ${folder}/server.key; } }`,
  )
  return started(nginx ?? '', ['-c', join(folder, 'nginx.conf')], port)
}
