import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { ownFolder } from '../../src/buildpack/own-folder.ts'
import { calculateMemory } from '../../src/java/calculators/memory-calculator.ts'

const PROGRAM = join(ownFolder(), 'dist', 'memory-calculator.cjs')

function calculate(memory: string, options = '') {
  const flags = [`--total-memory=${memory}`, '--head-room=5', '--loaded-class-count=9000']
  const args = [PROGRAM, ...flags, '--thread-count=250', `--jvm-options=${options}`]
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' })
  return { status, stdout, stderr }
}

it('prints the options of the memory calculator of Java buildpack 5.x', () => {
  const given = { headRoom: 5, loadedClassCount: 9000, threadCount: 250, jvmOptions: '-Dx=1 -Xss512k' }
  const outcome = calculateMemory(5, { totalMemory: '900m', ...given })
  expect(outcome).toMatchObject({ options: expect.stringMatching(/-Xmx/) })
  const stdout = `${outcome.kind === 'fits' && outcome.options}\n`
  expect(calculate('900m', given.jvmOptions)).toEqual({ status: 0, stdout, stderr: '' })
})

it('fails with too little memory, and with an invalid size', () => {
  expect(calculate('300m')).toEqual({
    ...{ status: 1, stdout: '' },
    stderr: expect.stringMatching(/^memory calculator: the JVM needs \d+\S*, but MEMORY_LIMIT is 300m\n$/),
  })
  expect(calculate('x').stderr).toBe('memory calculator: "x" is not a valid total memory\n')
})
