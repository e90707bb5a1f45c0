import { spawnSync } from 'node:child_process'
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { count, measured } from '../../../bench/measures.mjs'
import { readArchive } from '../../support/bundle/strict-reader.ts'
import { CLI } from '../../support/command-line.ts'
import { temporaryFolder } from '../../support/files.ts'
import { judges, objections } from './judges.ts'
import { realJars } from './real-jars.ts'

const folder = temporaryFolder()
writeFileSync(join(folder, 'tool'), '#!/bin/sh\nexec sleep 1000\n', { mode: 0o755 })

function bundle(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, 'bundle', ...args], {
    cwd: folder,
    encoding: 'utf8',
  })
  return { status, stdout, stderr }
}

/** Every one in both ways at full length; every day in one of them each, in turn. */
const WAYS = ['copied', 'in place'] as const
/** What the judges are to compare. */
const pairs: { readonly name: string; readonly before: string; readonly after: string }[] = []

for (const [index, { name, part, run, isSigned }] of realJars().entries()) {
  // What cannot be had here: the reason stands in the test's name.
  if ('skipped' in part) {
    test.skip(`${name} (${part.skipped})`, () => {})
    continue
  }
  describe(name, () => {
    const before = readFileSync(part.path)
    const old = readArchive(before)
    const ranBefore = run?.(part.path)

    describe.each(count(1, 2) === 1 ? [WAYS[index % 2]] : WAYS)('%s', (way) => {
      const jar = join(folder, `${name.replaceAll(/[^a-z0-9]/gi, '-')}-${way?.replace(' ', '-')}.jar`)
      copyFileSync(part.path, jar)
      const result = bundle(jar, '--sidecar', 'tool', ...(way === 'in place' ? ['--in-place'] : []))
      pairs.push({ name: `${name}, ${way}`, before: part.path, after: jar })

      test('is done, and says what', () => {
        expect(result.status).toBe(0)
        expect(result.stdout).toMatch(/tool .* added/)
        expect(result.stderr.includes('is signed')).toBe(isSigned === true)
      })

      test('every old entry is where it was, byte for byte', () => {
        const after = readFileSync(jar)
        const now = readArchive(after)
        expect(after.subarray(0, old.directory).equals(before.subarray(0, old.directory))).toBe(true)
        const headers = now.entries.slice(0, old.entries.length).map((each) => each.header)
        expect(headers.every((header, index) => old.entries[index]?.header.equals(header))).toBe(true)
        expect(now.entries.length).toBe(old.entries.length + 2)
      })

      if (run)
        test('runs as before', async () => {
          const said = await ranBefore
          expect(said).toMatch(/Started App|hello|\d+\.\d+/)
          expect(await run(jar)).toBe(said)
        })

      if (isSigned)
        test('verifies, apart from the new entries', () => {
          const { status, stdout } = spawnSync('jarsigner', ['-verify', jar], { encoding: 'utf8' })
          expect(status).toBe(0)
          expect(stdout).toContain('jar verified')
        })

      if (way === 'in place')
        test('--undo gives the old file', () => {
          const undone = `${jar}.undone`
          copyFileSync(jar, undone)
          expect(bundle(undone, '--undo').status).toBe(0)
          expect(readFileSync(undone).equals(before)).toBe(true)
        })
    })
  })
}

test.each(judges.filter((each) => each.isThere))(
  '$name reads the same entries of every jar, and the new ones',
  (judge) => {
    const verdicts = judge.judge(pairs.flatMap(({ before, after }) => [before, after]))
    const found = pairs.flatMap(({ name, before, after }) => {
      const objection = objections(judge, verdicts.get(before) ?? [], verdicts.get(after) ?? [], 2)
      return objection ? [`${name}: ${objection}`] : []
    })
    const measure = `real jars that ${judge.name} judges differently afterwards`
    measured({ area: 'bundle', measure, value: found.length, unit: 'jars', atMost: 0 })
    expect(pairs.length).toBeGreaterThan(0)
    expect(found).toEqual([])
  },
)
