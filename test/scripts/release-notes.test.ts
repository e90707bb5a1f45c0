import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { releaseNotes } from '../../scripts/release-notes.mjs'
import { readIdentity } from '../../src/buildpack/identity.ts'
import { ROOT } from '../support/files.ts'

const CHANGELOG = '# Changelog\n\n## 1.10.0\n\n- new\n\n## 1.1.0 (2026-01-01)\n\n- old\n  - more\n'

it('release notes are the section of the version, without its heading', () => {
  expect(releaseNotes(CHANGELOG, '1.10.0')).toBe('- new\n')
  expect(releaseNotes(CHANGELOG, '1.1.0')).toBe('- old\n  - more\n')
})

it('a version without a section is an error', () => {
  expect(() => releaseNotes(CHANGELOG, '1.1')).toThrow('no section "## 1.1"')
})

it('the CHANGELOG has a section for the version of buildpack.toml', () => {
  const text = readFileSync(join(ROOT, 'CHANGELOG.md'), 'utf8')
  expect(releaseNotes(text, readIdentity(ROOT).version)).toContain('\n- ')
})
