import { spawnSync } from 'node:child_process'
import { copyFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { readArchive } from '../../packaging/bundle/strict-reader.ts'
import { repository } from '../java/real-parts.ts'
import { judges, objections } from './judges.ts'
import { realJars } from './real-jars.ts'

const folder = mkdtempSync(join(tmpdir(), 'bundle-suite-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))
writeFileSync(join(folder, 'tool'), '#!/bin/sh\nexec sleep 1000\n', { mode: 0o755 })
const cli = join(repository, 'dist/cli.cjs')

function bundle(...args: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [cli, 'bundle', ...args], {
    cwd: folder,
    encoding: 'utf8',
  })
  return { status, stdout, stderr }
}

for (const { name, part, run, isSigned } of realJars()) {
  if ('skipped' in part) {
    test.skip(`${name} (${part.skipped})`, () => {})
    continue
  }
  describe(name, () => {
    const before = readFileSync(part.path)
    const old = readArchive(before)
    const ranBefore = run?.(part.path)

    describe.each(['copied', 'in place'])('%s', (way) => {
      const jar = join(folder, `${name.replaceAll(/[^a-z0-9]/gi, '-')}-${way.replace(' ', '-')}.jar`)
      copyFileSync(part.path, jar)
      const result = bundle(jar, '--sidecar', 'tool', ...(way === 'in place' ? ['--in-place'] : []))

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

      test('every judge reads the same entries and the new ones', () => {
        for (const judge of judges.filter((each) => each.isThere)) {
          const [one, other] = [part.path, jar].map((path) => judge.judge([path]).get(path) ?? [])
          expect(objections(judge, one ?? [], other ?? [], 2)).toBeUndefined()
        }
      })

      test.skipIf(!run)('runs as before', async () => {
        const said = await ranBefore
        expect(said).toMatch(/Started App|hello|\d+\.\d+/)
        expect(await run?.(jar)).toBe(said)
      })

      test.skipIf(!isSigned)('verifies, apart from the new entries', () => {
        const { status, stdout } = spawnSync('jarsigner', ['-verify', jar], { encoding: 'utf8' })
        expect(status).toBe(0)
        expect(stdout).toContain('jar verified')
      })

      test.skipIf(way === 'copied')('--undo gives the old file', () => {
        expect(bundle(jar, '--undo').status).toBe(0)
        expect(statSync(jar).size).toBe(before.length)
        expect(readFileSync(jar).equals(before)).toBe(true)
      })
    })
  })
}
