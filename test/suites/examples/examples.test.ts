import { cpSync, existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { readSessions } from './console-blocks.ts'
import { missingFor } from './install.ts'
import { isolatedPlace, type Place } from './isolation.ts'
import { Reader } from './readme.ts'

const repository = join(import.meta.dirname, '../../..')
const gallery = join(repository, 'examples')
const examples = readdirSync(gallery).filter((name) => existsSync(join(gallery, name, 'README.md')))
const HERE: Place = { enter: [], leave: () => {} }
/** Under this heading a README says where its programs come from, perhaps through the network. */
const BITS = 'The bits'

describe.each(examples)('examples/%s', (name) => {
  const missing = missingFor(name)
  const readme = readFileSync(join(gallery, name, 'README.md'), 'utf8')
  const sessions = readSessions(readme)
  // Beside the fixtures, as in the checkout: a README names them by their relative path.
  let work: string
  let folder: string

  beforeAll(async () => {
    if (missing) return
    work = mkdtempSync(join(tmpdir(), `example-${name}-`))
    folder = join(work, 'examples', name)
    cpSync(gallery, join(work, 'examples'), { recursive: true })
    cpSync(join(repository, 'fixtures'), join(work, 'fixtures'), { recursive: true })
    for (const { steps } of sessions.filter(({ heading }) => heading === BITS))
      await new Reader(folder, HERE).follow(steps)
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

    test.each(sessions.filter(({ heading }) => heading !== BITS))('$heading', async ({ steps }) => {
      await reader.follow(steps)
    })
  })
})

test('every folder of the gallery is in its table, and every link of the table leads somewhere', () => {
  const table = readFileSync(join(gallery, 'README.md'), 'utf8')
  const links = [...table.matchAll(/^\| \[[^\]]+\]\(([^)]+)\)/gm)].map(([, link]) => link)
  expect(links.toSorted()).toEqual(examples.toSorted())
})
