/** Downloads from nginx, by TLS and through tinyproxy. */
import type { ChildProcess } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { makeCertificates } from '../../support/certificates.ts'
import { fetchToFile } from '../../support/fetching.ts'
import { freePort } from '../../support/free-port.ts'
import { sha256 } from '../../support/http-server.ts'
import { installedProgram } from '../../support/programs.ts'
import { started } from './started-server.ts'

const nginx = installedProgram('nginx', 'nginx-light')
const tinyproxy = installedProgram('tinyproxy')
const CONTENT = Buffer.alloc(3_000_000, 'sidecar ')
const SUM = sha256(CONTENT)
const folder = mkdtempSync(join(tmpdir(), 'sources-suite-'))
const children: ChildProcess[] = []
let http = 0
let https = 0
let proxy = 0

beforeAll(async () => {
  if (!nginx) return
  ;[http, https, proxy] = [await freePort(), await freePort(), await freePort()]
  makeCertificates(folder)
  mkdirSync(join(folder, 'www'))
  writeFileSync(join(folder, 'www', 'a.tgz'), CONTENT)
  writeFileSync(join(folder, 'users'), 'user:{PLAIN}p@ss word\n')
  writeFileSync(join(folder, 'nginx.conf'), nginxConfig())
  children.push(await started(nginx, ['-c', join(folder, 'nginx.conf')], https))
  if (!tinyproxy) return
  writeFileSync(
    join(folder, 'proxy.conf'),
    `Port ${proxy}\nListen 127.0.0.1\nAllow 127.0.0.1\nBasicAuth me secret\nLogFile "${folder}/proxy.log"\nLogLevel Connect\nConnectPort ${https}\n`,
  )
  children.push(await started(tinyproxy, ['-d', '-c', join(folder, 'proxy.conf')], proxy))
})

afterAll(() => {
  for (const each of children) each.kill()
  rmSync(folder, { recursive: true, force: true })
})

function nginxConfig(): string {
  const places = `
    location /secret/ { auth_basic here; auth_basic_user_file ${folder}/users; alias ${folder}/www/; }
    location /slow/ { alias ${folder}/www/; limit_rate 1500k; }
    location /down/ { return 302 http://127.0.0.1:${http}/a.tgz; }
    location /moved/ { return 301 /a.tgz; }
    location /login/ { default_type text/html; return 200 '<html><title>Log in</title></html>'; }`
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (each) => `${each}_temp_path ${folder}/${each};`,
  )
  return `${process.getuid?.() === 0 ? 'user root;' : ''} daemon off; pid ${folder}/nginx.pid; error_log ${folder}/nginx.log;
events {} http { access_log ${folder}/access.log; ${temporary.join(' ')} root ${folder}/www;
  server { listen 127.0.0.1:${http}; ${places} }
  server { listen 127.0.0.1:${https} ssl; ssl_certificate ${folder}/server.pem; ssl_certificate_key ${folder}/server.key; ${places} } }`
}

async function fetched(uri: string, env: Readonly<Record<string, string>> = {}): Promise<string> {
  const file = join(folder, 'fetched')
  rmSync(file, { force: true })
  const lines: string[] = []
  try {
    const options = {
      env,
      info: (line: string) => lines.push(line),
      clock: () => new Date(),
      wait: async () => {},
    }
    await fetchToFile(uri, SUM, file, options)
    return sha256(readFileSync(file)) === SUM ? 'right' : 'wrong'
  } catch (thrown) {
    return (thrown as Error).message
  }
}

describe.skipIf(!nginx)('from nginx', () => {
  const trusted = () => ({ SSL_CERT_FILE: join(folder, 'ca.pem') })

  it('by TLS, when the system trusts its CA', async () => {
    expect(await fetched(`https://localhost:${https}/a.tgz`, trusted())).toBe('right')
    mkdirSync(join(folder, 'store'), { recursive: true })
    writeFileSync(join(folder, 'store', 'x.crt'), readFileSync(join(folder, 'ca.pem')))
    for (const name of ['SSL_CERT_DIR', 'CF_SYSTEM_CERT_PATH']) {
      expect(await fetched(`https://localhost:${https}/a.tgz`, { [name]: join(folder, 'store') })).toBe(
        'right',
      )
    }
    expect(await fetched(`https://localhost:${https}/a.tgz`)).toMatch(
      /certificate is not trusted \(UNABLE_TO_VERIFY_LEAF_SIGNATURE|SELF_SIGNED/,
    )
  })

  it('not for another name than the certificate has', async () => {
    expect(await fetched(`https://127.0.0.2:${https}/a.tgz`, trusted())).toMatch(/refused|not trusted/)
  })

  it('slowly, with a basic password, and where it has moved', async () => {
    expect(await fetched(`http://127.0.0.1:${http}/slow/a.tgz`)).toBe('right')
    expect(await fetched(`http://user:p%40ss%20word@127.0.0.1:${http}/secret/a.tgz`)).toBe('right')
    expect(await fetched(`http://127.0.0.1:${http}/secret/a.tgz`)).toContain('it requires credentials')
    const env = {
      ...trusted(),
      SIDECARS_CREDENTIALS: JSON.stringify({ [`localhost:${https}`]: 'user:p@ss word' }),
    }
    expect(await fetched(`https://localhost:${https}/secret/a.tgz`, env)).toBe('right')
    expect(await fetched(`https://localhost:${https}/moved/`, trusted())).toBe('right')
  })

  it('never from https down to http', async () => {
    expect(await fetched(`https://localhost:${https}/down/`, trusted())).toContain(
      'from https to http, which is refused',
    )
  })

  it('not a log-in page', async () => {
    expect(await fetched(`http://127.0.0.1:${http}/login/`)).toContain('the server sent an HTML page')
  })
})

describe.skipIf(!nginx || !tinyproxy)('through tinyproxy', () => {
  it('by CONNECT for https, by request for http, with its password', async () => {
    const through = `http://me:secret@127.0.0.1:${proxy}`
    const ca = { SSL_CERT_FILE: join(folder, 'ca.pem') }
    expect(await fetched(`https://localhost:${https}/a.tgz`, { ...ca, HTTPS_PROXY: through })).toBe('right')
    expect(await fetched(`http://localhost:${http}/a.tgz`, { http_proxy: through })).toBe('right')
    const log = readFileSync(join(folder, 'proxy.log'), 'utf8')
    expect(log).toContain(`CONNECT localhost:${https}`)
    expect(log).toContain(`GET http://localhost:${http}/a.tgz`)
  })

  it('not without its password', async () => {
    const said = await fetched(`http://localhost:${http}/a.tgz`, { http_proxy: `http://127.0.0.1:${proxy}` })
    expect(said).toMatch(/407|Proxy Authentication/)
    const tunnel = await fetched(`https://localhost:${https}/a.tgz`, {
      https_proxy: `http://127.0.0.1:${proxy}`,
    })
    expect(tunnel).toMatch(/407|Proxy/)
  })
})
