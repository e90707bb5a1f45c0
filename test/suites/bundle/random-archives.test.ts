import { copyFileSync, mkdirSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { count, measured } from '../../../bench/measures.mjs'
import { bundle } from '../../../src/packaging/bundle/bundle.ts'
import { archiveSpec, writeArchive } from '../../support/bundle/archive-generator.ts'
import { OWN_BUILDPACK } from '../../support/bundle/workplace.ts'
import { temporaryFolder } from '../../support/files.ts'
import { judges, objections } from './judges.ts'

/** Another seed makes other archives. */
const SEED = Number(process.env.BUNDLE_SEED ?? 20_261_123)
const ARCHIVES = count(100, 1000)
const ADDED = 2

const folder = temporaryFolder()
const path = (kind: string, index: number) => join(folder, kind, `${index}.zip`)
const indexes = Array.from({ length: ARCHIVES }, (_, index) => index)

beforeAll(async () => {
  for (const kind of ['before', 'after']) mkdirSync(join(folder, kind))
  writeFileSync(join(folder, 'tool'), '#!/bin/sh\nexec sleep 1000\n'.repeat(40), { mode: 0o755 })
  for (const [index, spec] of fc.sample(archiveSpec, { seed: SEED, numRuns: ARCHIVES }).entries()) {
    writeFileSync(path('before', index), writeArchive(spec))
    copyFileSync(path('before', index), path('after', index))
    await bundle(
      {
        jar: path('after', index),
        sidecars: ['tool'],
        inPlace: index % 2 === 0,
        replace: false,
        dryRun: false,
      },
      {
        cwd: folder,
        buildpack: OWN_BUILDPACK,
        clock: () => new Date(),

        onProgress: () => {},
      },
    )
  }
})

test('the generator makes archives that readers take', () => {
  expect(statSync(path('after', ARCHIVES - 1)).size).toBeGreaterThan(0)
  const [java] = judges
  if (!java?.isThere) return
  const taken = [...java.judge(indexes.map((index) => path('before', index))).values()]
  expect(taken.filter((lines) => !lines[0]?.startsWith('ERROR')).length).toBeGreaterThan(ARCHIVES / 2)
})

for (const judge of judges) {
  test.skipIf(!judge.isThere)(
    `${judge.name} reads the same entries of ${ARCHIVES} archives, and the new ones`,
    () => {
      const before = judge.judge(indexes.map((index) => path('before', index)))
      const after = judge.judge(indexes.map((index) => path('after', index)))
      const found = indexes.flatMap((index) => {
        const objection = objections(
          judge,
          before.get(path('before', index)) ?? [],
          after.get(path('after', index)) ?? [],
          ADDED,
        )
        return objection ? [`archive ${index} of seed ${SEED}: ${objection}`] : []
      })
      const measure = `of ${ARCHIVES} random archives, what ${judge.name} judges differently afterwards`
      measured({ area: 'bundle', measure, value: found.length, unit: 'archives', atMost: 0 })
      expect(found).toEqual([])
    },
  )
}
