import { type ChildProcess, spawn } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { count, measured } from '../../../bench/measures.mjs'
import { countClassEntries } from '../../../src/java/class-count.ts'
import { jvmSidecarOptions } from '../../../src/java/jvm-sidecar.ts'
import { withFileSync } from '../../../src/zip/byte-source.ts'
import { readDirectory } from '../../../src/zip/directory.ts'
import { temporaryFolder } from '../../support/files.ts'
import { compiledJar, type Part, wiremock } from '../../support/java/real-parts.ts'
import { MemoryCgroup } from '../../support/memory-cgroup.ts'
import { installed } from '../../support/programs.ts'
import { answers, requests } from '../../support/requests.ts'

const MIB = 1024 ** 2
const REQUESTS = count(500, 2000)
const running: ChildProcess[] = []
const cgroups: MemoryCgroup[] = []
/** WireMock makes folders where it is started. */
const cwd = temporaryFolder()

afterEach(async () => {
  for (const each of running.splice(0)) {
    each.kill('SIGKILL')
    await new Promise((resolve) =>
      (each.exitCode ?? each.signalCode) !== null ? resolve(0) : each.once('exit', resolve),
    )
  }
  for (const each of cgroups.splice(0)) each.remove()
})

const sidecars: readonly [string, Part, number, number, readonly string[]][] = [
  ['WireMock', wiremock(), 256, 9191, ['--port', '9191']],
  ['a small server', compiledJar('SmallServer'), 96, 9292, ['9292']],
]

describe.each(javas())('a jar sidecar on %s', (name, java) => {
  const server = compiledJar('SmallServer')
  const lacking = 'skipped' in server ? `: skipped, ${server.skipped}` : ''
  it.skipIf(lacking)(`starts beside an app whose first heap is larger than all of it${lacking}`, async () => {
    if ('skipped' in server) return
    const planned = jvmSidecarOptions({ memory: 96, classes: 10, ownOptions: '' })
    if (planned.kind !== 'fits') throw new Error(`too little: ${planned.smallest}`)
    const child = spawn(java, [...planned.options, '-jar', server.path, '9393'], {
      cwd,
      stdio: 'ignore',
      env: { PATH: process.env.PATH, JAVA_TOOL_OPTIONS: '-Xms512m -Xmx2g' },
    })
    running.push(child)
    await answers('http://127.0.0.1:9393/')
    expect(peakResident(child.pid ?? 0)).toBeLessThan(96 * MIB)
  })

  describe.each(sidecars)('%s', (title, part, memory, port, args) => {
    const skipped = 'skipped' in part ? `: skipped, ${part.skipped}` : ''
    it.skipIf(skipped)(
      `stays inside its ${memory} MB under ${REQUESTS} requests, in a container of no more${skipped}`,
      async () => {
        if ('skipped' in part) return
        const classes = withFileSync(part.path, 'jar', (source) => countClassEntries(readDirectory(source)))
        const planned = jvmSidecarOptions({ memory, classes, ownOptions: '' })
        if (planned.kind !== 'fits') throw new Error(`too little: ${planned.smallest}`)
        const cgroup = MemoryCgroup.create(memory * MIB)
        if (cgroup) cgroups.push(cgroup)
        const child = spawn(java, [...planned.options, '-jar', part.path, ...args], {
          cwd,
          stdio: 'ignore',
          env: { PATH: process.env.PATH, MALLOC_ARENA_MAX: '2' },
        })
        running.push(child)
        cgroup?.add(child.pid ?? 0)

        const url = `http://127.0.0.1:${port}/`
        await answers(url)
        expect(await requests(url, REQUESTS)).toBe(REQUESTS)
        expect(child.exitCode ?? child.signalCode).toBeNull()
        const peak = peakResident(child.pid ?? 0)
        const holds = measured({
          area: 'java',
          measure: `peak resident size of ${title} as a sidecar of ${memory} MB, ${name}, ${REQUESTS} requests`,
          value: peak / MIB,
          unit: 'MB',
          atMost: memory,
        })
        expect(holds).toBe(true)
        if (cgroup) expect(cgroup.kills()).toBe(0)
      },
    )
  })
})

/** Bytes: VmHWM. */
function peakResident(pid: number): number {
  return Number(/VmHWM:\s*(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024
}

/** Every JVM of this machine, the one on PATH first. */
function javas(): readonly [string, string][] {
  const root = '/usr/lib/jvm'
  const folders = existsSync(root) ? readdirSync(root, { withFileTypes: true }) : []
  const found = folders
    .filter((each) => each.isDirectory() && existsSync(join(root, each.name, 'bin/java')))
    .map((each): [string, string] => [each.name, join(root, each.name, 'bin/java')])
  return found.length > 0 || !installed('java') ? found : [['java on PATH', 'java']]
}
