/** The Dockerfile's image runs the command line on a stack: docs/how-to/macos-and-windows.md. */
import { cpSync, writeFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { freePort } from '../../support/free-port.ts'
import { Container, type RunOptions } from './container.ts'
import { Image } from './image.ts'
import { missing } from './install.ts'

const reason = missing()

describe.skipIf(reason !== undefined)(`the image${reason ? ` (skipped: ${reason})` : ''}`, () => {
  let image: Image
  let workspace: string
  const containers: Container[] = []
  beforeAll(() => {
    image = new Image()
    workspace = image.folder('workspace')
    cpSync(join(import.meta.dirname, 'app'), workspace, { recursive: true })
  })
  afterEach(() => {
    for (const each of containers.splice(0)) each.remove()
  })
  afterAll(() => image?.remove())

  function start(args: readonly string[], options: Partial<RunOptions> = {}): Container {
    const container = new Container(image, { workspace, args, ...options })
    containers.push(container)
    return container
  }

  /** Starts the app, with its sidecar, on free ports. */
  async function startApp(options: Partial<RunOptions> = {}) {
    const [port, configPort] = [await freePort(), await freePort()]
    writeFileSync(
      join(workspace, 'sidecars.yml'),
      `sidecars:
  - name: config-server
    memory: 32M
    source: {path: config-server}
    env: {CONFIG_PORT: ${configPort}}
    app_env: {CONFIG_URL: "http://127.0.0.1:${configPort}/"}
    wait_for: {port: ${configPort}}
`,
    )
    const container = start(['run', '.', '--port', String(port)], options)
    await expect
      .poll(() => container.said, { timeout: 30_000 })
      .toMatch(/Container became healthy|\| healthy/)
    return { container, answer: await (await fetch(`http://localhost:${port}/`)).text() }
  }

  test('runs as vcap, in /workspace, without Node.js on PATH, and prints its help', async () => {
    expect(image.config).toMatchObject({ User: '2000:2000', WorkingDir: '/workspace', Cmd: ['--help'] })
    const help = start(image.config.Cmd)
    expect(await help.ended).toBe(0)
    expect(help.said).toContain('Usage: sidecar-buildpack')
    const { container } = await startApp()
    expect(container.exec('id')).toMatch(/^uid=2000\(vcap\) gid=2000\(vcap\)/)
    expect(() => container.exec('bash', '-c', 'type -P node')).toThrow()
  })

  test('run starts an app with its sidecar, and Ctrl-C in the terminal ends it', async () => {
    const { container, answer } = await startApp({ terminal: true })
    expect(answer).toContain('Scope=some-service.admin')
    expect(container.exec('sidecar-buildpack', 'ps')).toContain('config-server')
    expect(container.exec('sidecar-buildpack', 'ssh', '-c', 'echo $CONFIG_URL')).toContain('http://127.0.0.1')
    container.type('\u0003')
    expect(await container.ended).toBe(0)
    expect(container.said).toMatch(/cell +\|.* destroyed/)
  })

  test('run makes no container, and prints no note', async () => {
    const { container, answer } = await startApp()
    expect(answer).toMatch(/^\/tmp\//)
    expect(container.said).not.toContain('note:')
    container.signal('TERM')
    expect(await container.ended).toBe(0)
  })

  test('with --privileged the app runs at the paths of the platform', async () => {
    const { container, answer } = await startApp({ privileged: true })
    expect(answer).toBe('/home/vcap/app: Scope=some-service.admin\n')
    expect(container.said).not.toContain('note:')
    container.signal('INT')
    expect(await container.ended).toBe(0)
  })

  test.each(['INT', 'TERM'])('SIG%s ends a staging, whose process is the first one there', async (signal) => {
    const scripts = join(workspace, 'slow/bin')
    await mkdir(scripts, { recursive: true })
    for (const each of ['supply', 'finalize'])
      writeFileSync(join(scripts, each), '#!/bin/bash\necho staging; sleep 600\n', { mode: 0o755 })
    const container = start(['stage', '.', '-b', 'slow', '-o', '/tmp/staged'])
    await expect.poll(() => container.said, { timeout: 30_000 }).toContain('staging')
    container.signal(signal)
    expect(await container.ended).toBe(signal === 'INT' ? 130 : 143)
  })
})
