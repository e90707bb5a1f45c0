import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { readSessions } from '../../support/console-blocks.ts'
import { isolatedPlace, type Place } from '../../support/isolation.ts'
import { missingFor } from './install.ts'
import { NotToBeHad, Reader } from './readme.ts'

const repository = join(import.meta.dirname, '../../..')
const gallery = join(repository, 'examples')
const examples = readdirSync(gallery).filter((name) => existsSync(join(gallery, name, 'README.md')))
const HERE: Place = { enter: [], leave: () => {} }
/** Under this heading a README says where its programs come from, perhaps through the network. */
const BINARIES = 'Get the binaries'

describe.each(examples)('examples/%s', (name) => {
  const missing = missingFor(name)
  const readme = readFileSync(join(gallery, name, 'README.md'), 'utf8')
  const sessions = readSessions(readme)
  // Beside what a README names by its relative path, as in the checkout.
  let work: string
  let folder: string
  let notToBeHad: string | undefined

  beforeAll(async () => {
    if (missing) return
    work = mkdtempSync(join(tmpdir(), `example-${name}-`))
    folder = join(work, 'examples', name)
    cpSync(gallery, join(work, 'examples'), { recursive: true })
    for (const other of ['fixtures', 'test/suites/java/calculator'])
      cpSync(join(repository, other), join(work, other), { recursive: true })
    try {
      for (const { steps } of sessions.filter(({ heading }) => heading === BINARIES))
        await new Reader(folder, HERE, true).follow(steps)
    } catch (error) {
      if (!(error instanceof NotToBeHad)) throw error
      notToBeHad = error.message
      console.log(`skipped: examples/${name}: ${notToBeHad}`)
    }
  })
  afterAll(() => {
    if (work) rmSync(work, { recursive: true, force: true })
  })

  describe.skipIf(missing)(missing ? `skipped: ${missing}` : 'as its README says', () => {
    let place: Place
    let reader: Reader
    beforeEach(async () => {
      place = await isolatedPlace()
      reader = new Reader(folder, place)
    })
    afterEach(async () => {
      await reader.stop()
      place.leave()
    })

    test.for(sessions.filter(({ heading }) => heading !== BINARIES))(
      '$heading',
      async ({ steps }, { skip }) => {
        if (notToBeHad) skip(notToBeHad)
        await reader.follow(steps)
      },
    )
  })
})

test('every folder of the gallery is in its table, and every link of the table is valid', () => {
  const table = readFileSync(join(gallery, 'README.md'), 'utf8')
  const links = [...table.matchAll(/^\| \[[^\]]+\]\(([^)]+)\)/gm)].map(([, link]) => link)
  expect(links.toSorted()).toEqual(examples.toSorted())
})
