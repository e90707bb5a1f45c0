/** The tutorial of Cloud Foundry's documentation, "View the Processes Running in the Container", typed in a terminal. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, test } from 'vitest'
import { findContainerTools } from '../../../src/container/tools.ts'
import { ROOT } from '../../support/files.ts'
import { freePort } from '../../support/free-port.ts'
import { type LocalRun, Workplace } from '../../support/local-run.ts'
import { lacks } from '../../support/programs.ts'
import { lacksTmux, Terminal } from '../../support/terminal.ts'

const tools = await findContainerTools()
const missing = 'reason' in tools ? tools.reason : lacksTmux || lacks('lsof')
const place = new Workplace()
let terminal: Terminal | undefined
afterEach(() => terminal?.close())
afterAll(() => place.end())

const SERVER = `#!/usr/bin/env node
process.title = 'config-server'
require('node:http').createServer((_, a) => a.end('Scope')).listen(process.env.CONFIG_SERVER_PORT, '127.0.0.1')`

async function running(): Promise<{ readonly run: LocalRun; readonly port: number }> {
  const app = join(place.folder, 'app')
  mkdirSync(app)
  writeFileSync(join(app, 'config-server'), SERVER, { mode: 0o755 })
  writeFileSync(
    join(app, 'app.js'),
    "require('node:http').createServer((_, a) => a.end('ok')).listen(process.env.PORT)",
  )
  writeFileSync(
    join(app, 'sidecars.yml'),
    'sidecars: [{name: config-server, memory: 64M, command: ./config-server}]\nprocesses: {web: node app.js}\n',
  )
  const [droplet, port, sidecarPort] = [await place.stage(app), await freePort(), await freePort()]
  const run = place.run([droplet, '--port', `${port}`, '--env', `CONFIG_SERVER_PORT=${sidecarPort}`])
  await run.line('Container became healthy')
  return { run, port: sidecarPort }
}

describe.skipIf(missing)(`ssh${missing ? ` (skipped: ${missing})` : ''}`, () => {
  test('opens a shell in which the steps of the tutorial do what they say', async () => {
    const { run, port } = await running()
    terminal = new Terminal(150, 40, place.folder)
    await terminal.until(([first]) => first?.startsWith('$') === true)
    const records = join(run.temporary, 'records')
    terminal.enter(
      `TMPDIR=${run.temporary} XDG_RUNTIME_DIR=${records} ${process.execPath} ${join(ROOT, 'bin/sidecar-buildpack')} ssh`,
    )
    const prompt = /^vcap@[\w-]+:~\$ *$/
    await terminal.until((screen) => prompt.test(screen.at(-1) ?? ''))

    terminal.enter('clear; ps aux')
    const processes = await terminal.until((screen) => prompt.test(screen.at(-1) ?? '') && screen.length > 4)
    expect(processes.join('\n')).toMatch(/^\S+ +1 .* \/tmp\/garden-init/m)
    expect(processes.join('\n')).toMatch(/^vcap +\d+ .* config-server$/m)
    expect(processes.join('\n')).toMatch(/^vcap +\d+ .* node app\.js$/m)
    expect(processes.join('\n')).toMatch(/^vcap +\d+ .* pts\/\d .* ps aux$/m)

    terminal.enter('clear; lsof -i | grep $CONFIG_SERVER_PORT')
    const sockets = await terminal.until((screen) => prompt.test(screen.at(-1) ?? '') && screen.length > 1)
    expect(sockets.join('\n')).toMatch(
      new RegExp(`^config-se +\\d+ +vcap .* TCP \\S+:${port} \\(LISTEN\\)$`, 'm'),
    )

    terminal.enter('kill -9 $(pgrep config-server)')
    const event = await run.line('App instance exited with guid')
    expect(event.text).toContain(
      '"exit_description"=>"APP/PROC/WEB/SIDECAR/CONFIG-SERVER: Exited with status 137"',
    )
    await run.line('Container became healthy', 2)
  })
})
