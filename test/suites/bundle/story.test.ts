import { spawn, spawnSync } from 'node:child_process'
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { repository } from '../java/real-parts.ts'
import { configServer, springBootJars } from './real-jars.ts'

const START = 240_000
const folder = mkdtempSync(join(tmpdir(), 'bundle-suite-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
const cli = join(repository, 'bin/sidecar-buildpack')

/** The smallest final buildpack that runs an exploded Spring Boot jar, on the JVM of this machine. */
function javaBuildpack(): string {
  const root = join(folder, 'java-buildpack')
  mkdirSync(join(root, 'bin'), { recursive: true })
  const java = spawnSync('bash', ['-c', 'readlink -f "$(command -v java)"'], {
    encoding: 'utf8',
  }).stdout.trim()
  const scripts = {
    detect: 'test -d "$1/BOOT-INF" && echo java',
    finalize: 'printf "config: {}\\n" > "$3/$4/config.yml"',
    release: `cat <<'END'
---
default_process_types:
  web: ${java} -Xmx256m -cp . org.springframework.boot.loader.launch.JarLauncher --server.port=$PORT
END`,
  }
  for (const [name, script] of Object.entries(scripts)) {
    writeFileSync(join(root, 'bin', name), `#!/bin/bash\n${script}\n`)
    chmodSync(join(root, 'bin', name), 0o755)
  }
  return root
}

const SIDECARS = (port: number) => `sidecars:
  - name: config-server
    memory: 64M
    source: {path: config-server}
    env: {CONFIG_SERVER_PORT: "${port}"}
    app_env: {CONFIG_SERVER_PORT: "${port}"}
    wait_for: {port: ${port}}
`

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address()
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0))
    })
  })
}

const parts = { jar: springBootJars().jar, server: configServer() }
const missing = Object.values(parts).flatMap((part) => ('skipped' in part ? [part.skipped] : []))

test.skipIf(missing.length > 0)(
  `a Spring Boot jar with a config server in Go bundled into it answers /config through the sidecar ${missing}`,
  async () => {
    if ('skipped' in parts.jar || 'skipped' in parts.server) return
    const jar = join(folder, 'app.jar')
    copyFileSync(parts.jar.path, jar)
    copyFileSync(parts.server.path, join(folder, 'config-server'))
    const [port, serverPort] = [await freePort(), await freePort()]
    writeFileSync(join(folder, 'sidecars.yml'), SIDECARS(serverPort))
    const argv = ['bundle', jar, '--sidecar', 'config-server', '--config', 'sidecars.yml']
    const bundled = spawnSync(cli, argv, { cwd: folder, encoding: 'utf8' })
    expect(bundled).toMatchObject({ status: 0, stderr: '' })
    expect(bundled.stdout).toContain('BOOT-INF/classes/sidecars.yml')

    const run = [
      'run',
      jar,
      '-b',
      'sidecar',
      '-b',
      `java=${javaBuildpack()}`,
      '--port',
      String(port),
      '--memory',
      '1G',
    ]
    const child = spawn(cli, run, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] })
    let log = ''
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (data: Buffer) => (log += data.toString()))
    const ended = new Promise<void>((resolve) => child.on('exit', () => resolve()))
    try {
      const answer = await get(`http://127.0.0.1:${port}/config`, () => child.exitCode !== null)
      expect(answer, log).toContain('from the sidecar')
      expect(log).toContain('SIDECAR/CONFIG-SERVER')
    } finally {
      child.kill('SIGINT')
      await ended
    }
  },
)

/** Asks until there is an answer, or whom it is asked of has ended. */
async function get(address: string, hasEnded: () => boolean): Promise<string> {
  const until = Date.now() + START
  while (Date.now() < until && !hasEnded()) {
    const answer = await fetch(address).catch(() => undefined)
    if (answer?.ok) return answer.text()
    await new Promise((resolve) => setTimeout(resolve, 300))
  }
  return 'no answer'
}
