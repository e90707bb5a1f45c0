import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeAll, expect, it } from 'vitest'
import { AppRun } from '../../support/app-run.ts'
import { CLI } from '../../support/command-line.ts'
import { ROOT, temporaryFolder } from '../../support/files.ts'
import { freePort } from '../../support/free-port.ts'
import { javaBuildpackOptions } from '../../support/java/java-buildpack.ts'
import { buildWholeCalculator, compiledJar, springBootJar } from '../../support/java/real-parts.ts'
import { missing, pathOf } from './apps.ts'

const parts = { app: springBootJar(), main: compiledJar('SmallServer'), calculator: buildWholeCalculator() }
const why = missing(parts)
const skipped = why.length > 0 ? `: skipped, ${why.join('; ')}` : ''

const folder = temporaryFolder()
let running: AppRun | undefined
afterEach(async () => running?.end())
beforeAll(() => {
  mkdirSync(join(folder, 'bin'))
  const command = `#!/bin/bash\nexec '${process.execPath}' '${CLI}' "$@"\n`
  writeFileSync(join(folder, 'bin/sidecar-buildpack'), command, { mode: 0o755 })
})

/** The commands of README's section on Java, as they stand there. */
function commands(): readonly string[] {
  const readme = readFileSync(join(ROOT, 'README.md'), 'utf8')
  const section = /^## Java$(.*?)^## /ms.exec(readme)?.[1] ?? ''
  const block = /```sh\n(.*?)```/s.exec(section)?.[1] ?? ''
  return block.split('\n').filter((line) => line !== '')
}

/** In a shell that finds `sidecar-buildpack`, beside the jar and the program of the story. */
function typed(command: string, cwd: string): string {
  const env = { ...process.env, NO_COLOR: '1', PATH: `${join(folder, 'bin')}:${process.env.PATH}` }
  return execFileSync('bash', ['-c', command], { cwd, env, encoding: 'utf8' })
}

const CASES = [
  ['Spring Boot', 'app', '5'],
  ['Spring Boot', 'app', '4'],
  ['a plain main', 'main', '5'],
  ['a plain main', 'main', '4'],
] as const

it.skipIf(why.length > 0).each(CASES)(
  `README's three commands for Java: %s (%s) with a sidecar, under Java buildpack %s.x${skipped}`,
  async (_app, jarOf, version) => {
    const work = join(folder, `${jarOf}-${version}`)
    mkdirSync(work)
    copyFileSync(pathOf(parts[jarOf]), join(work, 'my-app.jar'))
    writeFileSync(join(work, 'config-server'), '#!/bin/bash\necho "serving"; exec sleep 1000\n')
    const [bundle = '', plan = '', push = '', ...others] = commands()
    expect(others).toEqual([])
    expect(typed(bundle, work)).toMatch(/config-server .*0755 {2}added(.*\n)*.*app\.jar is ready for cf push/)
    expect(typed(plan, work)).toMatch(/^web, 1G: will start$[\s\S]*\d+M {2}sidecar config-server$/m)

    // In place of the push: staged as cf push and the platform do it, and run.
    const [jar, order] = [/^cf push .*-p (\S+)/.exec(push)?.[1], /buildpacks: \[(.*)\]/.exec(push)?.[1]]
    expect(order).toBe('sidecar_buildpack, java_buildpack')
    const port = await freePort()
    const java = javaBuildpackOptions(version, pathOf(parts.calculator))
    const options = ['-b', 'sidecar', ...java, '--memory', '1G', '--port', String(port)]
    running = new AppRun(join(work, jar ?? ''), ...options)
    await running.answers(`http://127.0.0.1:${port}/`)
    expect(running.log).toMatch(/\[APP\/PROC\/WEB\/SIDECAR\/CONFIG-SERVER\/0\] +OUT serving/)
  },
)
