import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readConfiguration } from '../../src/config/read.ts'
import { inspectJar, type JarUse, jarStart, smallestJarSidecar } from '../../src/java/staged-jars.ts'
import { Problems } from '../../src/problems/problems.ts'
import { temporaryFolder } from '../support/files.ts'
import { classFile, jar, manifest } from '../support/jars.ts'

const place = { file: 'sidecars.yml', line: 3, column: 5 }
const x = jar({ 'META-INF/MANIFEST.MF': manifest('Main-Class: A'), 'A.class': classFile(17) })

function staged(keys: string) {
  const { sidecar, inspected } = jarSidecar(keys)
  return jarStart(sidecar, inspected)
}

function jarSidecar(keys: string) {
  const appDir = temporaryFolder({
    'x.jar': x,
    'sidecars.yml': `sidecars:\n  - name: x\n    source: {path: x.jar}\n${keys}`,
  })
  const problems = new Problems()
  const { configuration } = readConfiguration({ appDir, env: {} }, problems)
  problems.throwIfErrors()
  const sidecar = configuration.sidecars[0]
  if (!sidecar) throw new Error('no sidecar')
  const file = { file: join(appDir, 'x.jar'), name: 'x.jar' }
  return { sidecar, inspected: inspectJar('sidecar', file, place, undefined) }
}

describe('a staged jar', () => {
  it('is checked for its use, with the place in the configuration', () => {
    const file = { file: join(temporaryFolder({ 'x.jar': x }), 'x.jar'), name: 'x.jar' }
    const inspected = (use: JarUse, java: number) => inspectJar(use, file, place, java)
    const fine = { name: 'x.jar', classes: 1, agentClasses: 1 }
    expect(inspected('sidecar', 17)).toEqual(fine)
    expect(inspected('library', 8)).toEqual(fine)
    const problem = (what: string, instead: string) => ({
      name: 'x.jar',
      problem: { severity: 'error', place, what, instead },
      classes: 0,
      agentClasses: 0,
    })
    expect(inspected('sidecar', 11)).toEqual(
      problem("x.jar needs Java 17; the app's JRE is Java 11", 'use a jar that java -jar can run'),
    )
    expect(inspected('agent', 17)).toEqual(
      problem(
        'x.jar is not a Java agent: its manifest has no Premain-Class',
        'use a jar whose manifest has a Premain-Class',
      ),
    )
    writeFileSync(file.file, 'x')
    expect(inspected('library', 17)).toEqual(
      problem('x.jar is not a zip archive, or its end is missing', 'use a jar'),
    )
  })

  it('gets options for its memory', () => {
    expect(staged('    memory: 96M\n')).toEqual({ jvmOptions: expect.arrayContaining(['-Xmx15m']) })
  })

  it('gets none without memory', () => {
    expect(staged('')).toEqual({ jvmOptions: [] })
  })

  it('is refused with too little, with the smallest sensible figure', () => {
    expect(staged('    memory: 32M\n')).toEqual({
      problem: {
        severity: 'error',
        place: { file: 'sidecars.yml', line: 2, column: 11 },
        what: '32M is not enough memory for a JVM with x.jar',
        instead: 'use memory: 96M or more',
      },
    })
  })

  it('is refused with sizes that no memory is enough for', () => {
    const start = staged('    memory: 96M\n    env: {JAVA_OPTS: -XX:MaxMetaspaceSize=2T}\n')
    expect(start).toMatchObject({ problem: { instead: 'lower the sizes in JAVA_OPTS' } })
    const { sidecar, inspected } = jarSidecar('    env: {JAVA_OPTS: -XX:MaxMetaspaceSize=2T}\n')
    expect(smallestJarSidecar(sidecar, inspected)).toBe(0)
  })

  it("respects the sidecar's own JAVA_OPTS", () => {
    const heap = (options: string) => {
      const start = staged(`    memory: 96M\n    env: {JAVA_OPTS: ${options}}\n`)
      return 'jvmOptions' in start ? start.jvmOptions.filter((each) => each.startsWith('-Xmx')) : start
    }
    expect(heap('"-Xmx10m -Da=$B"')).toEqual([])
    expect(heap('"-Xmx1$B"')).toEqual(['-Xmx15m'])
    expect(heap('"-Da=b"')).toEqual(['-Xmx15m'])
  })
})
