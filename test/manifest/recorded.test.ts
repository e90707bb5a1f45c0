/** What the CLI's manifest parser and Cloud Controller's manifest message said (test/data/conformance/manifests/README.md). */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { describeProblem, Problems } from '../../src/problems/problems.ts'
import { readAppManifest } from '../support/app-manifest.ts'

const recorded = <T>(file: string): readonly T[] =>
  JSON.parse(readFileSync(join(import.meta.dirname, '../data/conformance/manifests', file), 'utf8'))

describe('accepts what cf push accepts, and refuses what it refuses', () => {
  const verdicts = recorded<{ name: string; manifest: string; accepted: boolean }>('verdicts.json')

  test.each(verdicts)('$name', ({ manifest, accepted }) => {
    const problems = new Problems()
    readAppManifest(manifest, 'manifest.yml', problems)
    const errors = problems.sorted().filter(({ severity }) => severity === 'error')
    if (accepted) expect(errors.map(describeProblem)).toEqual([])
    else expect(errors).not.toEqual([])
  })
})

describe('gives the process the string that it gets on Cloud Foundry', () => {
  test.each(recorded<{ written: string; value: string }>('env-values.json'))(
    '$written',
    ({ written, value }) => {
      const text = `applications:\n- name: a\n  env:\n    NAME: ${written}\n`
      const manifest = readAppManifest(text, 'manifest.yml', new Problems())
      expect(manifest?.env.get('NAME')).toBe(value)
    },
  )
})
