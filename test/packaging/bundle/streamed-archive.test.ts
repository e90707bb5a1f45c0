import { once } from 'node:events'
import { createWriteStream, readFileSync } from 'node:fs'
import { join } from 'node:path'
import AdmZip from 'adm-zip'
import { ZipArchive } from 'archiver'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { TOOL, type Workplace, workplace } from '../../support/bundle/workplace.ts'

let place: Workplace
beforeEach(() => {
  place = workplace()
})
afterEach(() => place.remove())

it('a jar that archiver streamed, with data descriptors, keeps its entries and gets the new ones', async () => {
  const jar = join(place.folder, 'app.jar')
  const archive = new ZipArchive({ zlib: { level: 9 }, comment: 'made by a stream' })
  const out = createWriteStream(jar)
  archive.pipe(out)
  for (let i = 0; i < 20; i++) archive.append(`entry ${i}`.repeat(i * 50), { name: `classes/C${i}.class` })
  archive.append('Manifest-Version: 1.0\n', { name: 'META-INF/MANIFEST.MF' })
  await Promise.all([archive.finalize(), once(out, 'close')])
  const before = new AdmZip(readFileSync(jar))
    .getEntries()
    .map((each) => [each.entryName, each.getData().toString()])
  await place.bundle({})
  const after = new AdmZip(readFileSync(jar))
  expect(before).toHaveLength(21)
  expect(
    after
      .getEntries()
      .slice(0, 21)
      .map((each) => [each.entryName, each.getData().toString()]),
  ).toEqual(before)
  expect(after.readAsText('tool')).toBe(TOOL)
  expect(after.getZipComment()).toBe('made by a stream')
})
