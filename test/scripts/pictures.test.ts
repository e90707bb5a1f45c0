import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { ROOT, temporaryFolder } from '../support/files.ts'
import { installed } from '../support/programs.ts'

const PICTURES = join(ROOT, 'docs/pictures')
const drawn = readdirSync(PICTURES).filter((name) => /-(?:light|dark)\.svg$/.test(name))

// The app of the pictures is written in Perl, which the stacks have.
describe.runIf(process.platform === 'linux' && installed('perl'))('npm run pictures', () => {
  let again: string
  beforeAll(() => {
    again = temporaryFolder()
    const script = join(ROOT, 'scripts/pictures/main.mjs')
    const { status, stderr } = spawnSync(process.execPath, [script, again], { encoding: 'utf8' })
    expect(stderr).toBe('')
    expect(status).toBe(0)
  }, 120_000)

  it('draws every picture of docs/pictures, in a light and a dark form', () => {
    expect(readdirSync(again).sort()).toEqual(drawn.sort())
    const names = new Set(drawn.map((name) => name.replace(/-(?:light|dark)\.svg$/, '')))
    expect(drawn).toHaveLength(names.size * 2)
  })

  it.each(drawn)('draws %s from the current output; after a change run npm run pictures', (name) => {
    expect(readFileSync(join(again, name), 'utf8')).toBe(readFileSync(join(PICTURES, name), 'utf8'))
  })
})

describe('the pictures', () => {
  it.each(drawn)('%s loads nothing and runs no script', (name) => {
    const text = readFileSync(join(PICTURES, name), 'utf8')
    expect(text).not.toMatch(/<script|<image|href|url\(|@import/)
    expect(text.match(/https?:\/\/[^"\s<,]+/g)).toSatisfy((found: string[]) =>
      found.every((each) => /^http:\/\/(?:www\.w3\.org\/2000\/svg|localhost:8080)$/.test(each)),
    )
  })
})
