import { execFileSync } from 'node:child_process'
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, expect, it } from 'vitest'
import { freePort } from '../free-port.ts'
import { missing, pathOf } from './apps.ts'
import { javaBuildpackOptions } from './like-buildpack.ts'
import { LocalRun } from './local-run.ts'
import { buildWholeCalculator, repository, springBootJar } from './real-parts.ts'

const parts = { app: springBootJar(), calculator: buildWholeCalculator() }
const why = missing(parts)
const skipped = why.length > 0 ? `: skipped, ${why.join('; ')}` : ''

const work = mkdtempSync(join(tmpdir(), 'java-readme-'))
let running: LocalRun | undefined
afterEach(async () => running?.end())
afterAll(() => rmSync(work, { recursive: true, force: true }))

/** The commands of README's section on Java, as they stand there. */
function commands(): readonly string[] {
  const readme = readFileSync(join(repository, 'README.md'), 'utf8')
  const section = /^## Java$(.*?)^## /ms.exec(readme)?.[1] ?? ''
  const block = /```sh\n(.*?)```/s.exec(section)?.[1] ?? ''
  return block.split('\n').filter((line) => line !== '')
}

/** In a shell that finds `sidecar-buildpack`, beside the jar and the program of the story. */
function typed(command: string): string {
  const env = { ...process.env, NO_COLOR: '1', PATH: `${join(work, 'bin')}:${process.env.PATH}` }
  return execFileSync('bash', ['-c', command], { cwd: work, env, encoding: 'utf8' })
}

it.skipIf(why.length > 0)(
  `README's three commands for Java: a jar, a sidecar, pushed${skipped}`,
  async () => {
    copyFileSync(pathOf(parts.app), join(work, 'my-app.jar'))
    writeFileSync(join(work, 'config-server'), '#!/bin/bash\necho "serving"; exec sleep 1000\n')
    mkdirSync(join(work, 'bin'))
    const command = `#!/bin/bash\nexec '${process.execPath}' '${repository}/dist/cli.cjs' "$@"\n`
    writeFileSync(join(work, 'bin/sidecar-buildpack'), command)
    chmodSync(join(work, 'bin/sidecar-buildpack'), 0o755)

    const [bundle = '', plan = '', push = '', ...others] = commands()
    expect(others).toEqual([])
    expect(typed(bundle)).toMatch(/config-server .*0755 {2}added(.*\n)*.*app\.jar is ready for cf push/)
    expect(typed(plan)).toMatch(/^web, 1G: will start$[\s\S]*\d+M {2}sidecar config-server$/m)

    // In place of the push: staged as cf push and the platform do it, and run.
    const [jar, order] = [/^cf push .*-p (\S+)/.exec(push)?.[1], /buildpacks: \[(.*)\]/.exec(push)?.[1]]
    expect(order).toBe('sidecar_buildpack, java_buildpack')
    const port = await freePort()
    const java = javaBuildpackOptions('5', pathOf(parts.calculator))
    const options = ['-b', 'sidecar', ...java, '--memory', '1G', '--port', String(port)]
    running = new LocalRun(join(work, jar ?? ''), ...options)
    await running.answers(`http://127.0.0.1:${port}/`)
    expect(running.log).toMatch(/\[APP\/PROC\/WEB\/SIDECAR\/CONFIG-SERVER\/0\] +OUT serving/)
  },
)
