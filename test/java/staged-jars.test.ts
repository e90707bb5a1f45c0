import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readConfiguration } from '../../src/config/read.ts'
import { inspectJar, type JarUse, jarStart } from '../../src/java/staged-jars.ts'
import { Problems } from '../../src/problems/problems.ts'
import { temporaryFolder } from '../support/files.ts'
import { classFile, jar, manifest } from '../support/jars.ts'

const place = { file: 'sidecars.yml', line: 3, column: 5 }
const x = jar({ 'META-INF/MANIFEST.MF': manifest('Main-Class: A'), 'A.class': classFile(17) })

function staged(keys: string) {
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
  return jarStart(sidecar, inspectJar('sidecar', file, place, undefined))
}

describe('a staged jar', () => {
  it('is checked for its use, with the place in the configuration', () => {
    const file = { file: join(temporaryFolder({ 'x.jar': x }), 'x.jar'), name: 'x.jar' }
    const problem = (use: JarUse, java: number) => inspectJar(use, file, place, java).problem
    expect(problem('sidecar', 17)).toBeUndefined()
    expect(problem('library', 8)).toBeUndefined()
    expect(problem('sidecar', 11)?.what).toBe("x.jar needs Java 17; the app's JRE is Java 11")
    expect(problem('agent', 17)).toMatchObject({
      severity: 'error',
      place,
      what: /no Java agent/,
    })
  })

  it('gets options for its memory', () => {
    expect(staged('    memory: 96M\n')).toEqual({ jvmOptions: expect.arrayContaining(['-Xmx15m']) })
  })

  it('gets none without memory', () => {
    expect(staged('')).toEqual({ jvmOptions: [] })
  })

  it('is refused with too little, with the smallest sensible figure', () => {
    expect(staged('    memory: 32M\n')).toMatchObject({
      problem: {
        what: '32M is not enough memory for a JVM with x.jar',
        instead: 'use memory: 96M or more',
      },
    })
  })

  it("respects the sidecar's own JAVA_OPTS", () => {
    const start = staged('    memory: 96M\n    env: {JAVA_OPTS: "-Xmx10m -Da=$B"}\n')
    expect('jvmOptions' in start && start.jvmOptions.join(' ')).not.toContain('-Xmx')
  })
})
