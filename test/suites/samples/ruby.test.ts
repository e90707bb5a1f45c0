import { spawnSync } from 'node:child_process'
import { copyFileSync, cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isAlive } from '../../../src/system/proc.ts'
import { outputOf } from '../../support/command-line.ts'
import { temporaryFolder } from '../../support/files.ts'
import { configServer, rubyLike, samples } from '../../support/samples.ts'
import { missingForRuby } from './install.ts'
import { pastedFromManifest } from './pasted.ts'
import { RunningApp } from './running-app.ts'

const CONFIGURATION = { Scope: 'demo-service.admin', Password: 'not-a-real-secret' }
const server = configServer()
const missing = [...missingForRuby(), ...('skipped' in server ? [server.skipped] : [])]
const work = temporaryFolder()

const manifest = join(samples, 'ruby-app/manifest.yml')

function app(name: string): string {
  const folder = join(work, name)
  cpSync(join(samples, 'ruby-app'), folder, { recursive: true })
  if ('path' in server) copyFileSync(server.path, join(folder, 'config-server'))
  return folder
}

function bySidecarsYml(): readonly string[] {
  const folder = app('by-sidecars-yml')
  const { block, rest } = pastedFromManifest(readFileSync(manifest, 'utf8'))
  writeFileSync(join(folder, 'sidecars.yml'), block)
  writeFileSync(join(folder, 'manifest.yml'), rest)
  return [folder, '-f', join(folder, 'manifest.yml'), '-b', 'sidecar', '-b', rubyLike]
}

const ways: readonly [string, () => readonly string[]][] = [
  ['declared in the app manifest', () => [app('by-manifest'), '-f', manifest, '-b', rubyLike]],
  ['pasted into sidecars.yml, through this buildpack', bySidecarsYml],
]

describe.skipIf(missing.length > 0).each(ways)(
  `the Ruby app with its config server in Go, ${missing.join(', ') || '%s'}`,
  (_way, argv) => {
    let running: RunningApp
    beforeAll(async () => {
      const [folder = '', ...options] = argv()
      running = await RunningApp.start(folder, ...options, '--restart-delay', '10ms')
    })
    afterAll(() => running?.end())

    test('/config answers with Scope and Password, through the sidecar', async () => {
      expect(await running.configuration()).toEqual(CONFIGURATION)
      const log = await running.says(/PROC\/WEB\/0\] OUT The config-server sidecar answered .*/)
      expect(log[0]).toContain(CONFIGURATION.Password)
    })

    test('the log shows the lines of both, each under its own source', async () => {
      await running.says(/\[APP\/PROC\/WEB\/0\] OUT Asking the config-server sidecar at localhost:\d+/)
      await running.says(/\[APP\/PROC\/WEB\/SIDECAR\/CONFIG-SERVER\/0\] OUT config-server: GET \/config\//)
    })

    test('ps shows rackup and ./config-server, the two processes of one container', () => {
      expect(running.shown?.processes.map(({ name, kind }) => [name, kind])).toEqual([
        ['web', 'app'],
        ['config-server', 'sidecar'],
      ])
      const table = outputOf('ps')
      const line = (name: string) => table.split('\n').find((each) => each.includes(` ${running.pid(name)} `))
      expect(line('web')).toMatch(/\/deps\/\d\/bin\/rackup config\.ru .*-p \d+/)
      expect(line('config-server')).toMatch(/config-server \(sidecar\) .* \.\/config-server/)
    })

    test('the sidecar listens on localhost alone, and the app is connected to it', async () => {
      await running.configuration()
      const list = (pid: number) =>
        spawnSync('lsof', ['-nP', '-a', '-iTCP', '-p', String(pid)]).stdout.toString()
      const port = running.sidecarPort
      expect(list(running.pid('config-server'))).toMatch(
        new RegExp(`(127\\.0\\.0\\.1|\\[::1\\]):${port} \\(LISTEN\\)`),
      )
      expect(list(running.pid('config-server'))).not.toMatch(new RegExp(`\\*:${port}`))
      expect(list(running.pid('web'))).toMatch(
        new RegExp(`->(127\\.0\\.0\\.1|\\[::1\\]):${port} \\(ESTABLISHED\\)`),
      )
    })

    test('kill -9 of the sidecar crashes the instance with its name and 137; it starts again and answers', async () => {
      const before = running.pids
      process.kill(running.pid('config-server'), 'SIGKILL')
      const [event] = await running.says(
        /\[API\/0\] OUT App instance exited with guid [^\n]*CONFIG-SERVER[^\n]*/,
      )
      expect(event).toMatch(
        /guid [0-9a-f-]{36} payload: \{"instance"=>"[0-9a-f-]+", "index"=>0, "cell_id"=>"[0-9a-f-]{36}", "reason"=>"CRASHED", "exit_description"=>"APP\/PROC\/WEB\/SIDECAR\/CONFIG-SERVER: Exited with status 137", "crash_count"=>1, "crash_timestamp"=>\d{19}, /,
      )
      await running.until(() => running.shown?.state === 'running', 'the instance runs again')
      expect(await running.configuration()).toEqual(CONFIGURATION)
      expect(running.shown?.crashes).toBe(1)
      expect(Object.values(before).filter(isAlive)).toEqual([])
      expect(Object.keys(running.pids)).toEqual(Object.keys(before))
    })

    test('when the app dies the sidecar goes with it', async () => {
      const before = running.pids
      process.kill(running.pid('web'), 'SIGKILL')
      await running.says(/"exit_description"=>"APP\/PROC\/WEB: Exited with status 137", "crash_count"=>2/)
      await running.until(() => !Object.values(before).some(isAlive), 'both have ended')
      expect(await running.configuration()).toEqual(CONFIGURATION)
    })

    test('Ctrl-C ends both', async () => {
      const before = Object.values(running.pids)
      await running.end()
      expect(before).toHaveLength(2)
      expect(before.filter(isAlive)).toEqual([])
    })
  },
)
