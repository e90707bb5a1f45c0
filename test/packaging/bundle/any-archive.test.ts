import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import AdmZip from 'adm-zip'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { fromBuffer } from 'yauzl'
import { undoBundle } from '../../../src/packaging/bundle/undo.ts'
import { type ArchiveSpec, archiveSpec, writeArchive } from '../../support/bundle/archive-generator.ts'
import { readArchive } from '../../support/bundle/strict-reader.ts'
import { TOOL, workplace } from '../../support/bundle/workplace.ts'

const RUNS = 30
const place = workplace()
afterAll(place.remove)

const jar = join(place.folder, 'app.jar')

test('any archive keeps its entries, byte for byte where they were, and gets the new ones', async () => {
  await fc.assert(
    fc.asyncProperty(archiveSpec, fc.boolean(), async (spec, inPlace) => {
      const before = writeArchive(spec)
      place.write('app.jar', before)
      await place.bundle({ inPlace })
      const after = readFileSync(jar)
      const old = readArchive(before)
      const now = readArchive(after)
      const kept = inPlace ? before.length : old.directory
      expect(after.subarray(0, kept).equals(before.subarray(0, kept))).toBe(true)
      expect(now.entries.slice(0, -2).map((each) => each.header)).toEqual(
        old.entries.map((each) => each.header),
      )
      expect(now.entries.slice(-2).map((each) => each.name)).toEqual(['tool', 'sidecars.yml'])
      expect(now.entries.at(-2)).toMatchObject({ mode: 0o100755, data: Buffer.from(TOOL) })
      expect(now.comment.equals(old.comment)).toBe(true)
      expect(now.hasZip64).toBe(old.hasZip64)
      if (inPlace) {
        await undoBundle('app.jar', place.folder, false)
        expect(readFileSync(jar).equals(before)).toBe(true)
      }
    }),
    { numRuns: RUNS },
  )
})

test('other readers find the same entries as before and the new ones', async () => {
  await fc.assert(
    fc.asyncProperty(archiveSpec, fc.boolean(), async (spec, inPlace) => {
      const before = writeArchive(spec)
      place.write('app.jar', before)
      const known = await namesByYauzl(before, spec)
      await place.bundle({ inPlace })
      const after = readFileSync(jar)
      expect(await namesByYauzl(after, spec)).toEqual([...known, 'tool', 'sidecars.yml'])
      if (spec.prefix.length === 0 && !spec.entries.some((each) => each.wide)) {
        expect(new AdmZip(after).readAsText('tool')).toBe(TOOL)
      }
    }),
    { numRuns: RUNS },
  )
})

/** yauzl takes offsets as they are told: it cannot read behind a prefix that they do not count, which is cut off for it. */
function namesByYauzl(file: Buffer, { prefix, countsPrefix }: ArchiveSpec): Promise<readonly string[]> {
  return new Promise((resolve, reject) => {
    const archive = countsPrefix ? file : file.subarray(prefix.length)
    fromBuffer(archive, { lazyEntries: false, validateEntrySizes: true }, (error, zip) => {
      if (error) return reject(error)
      const names: string[] = []
      zip.on('entry', (entry) => names.push(entry.fileName))
      zip.on('end', () => resolve(names))
      zip.on('error', reject)
    })
  })
}
