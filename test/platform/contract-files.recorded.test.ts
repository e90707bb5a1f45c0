import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { renderStagingResult, stagingResult } from '../../src/lifecycle/staging/staging-result.ts'
import { readConfigYml } from '../../src/platform/config-yml.ts'
import { readLaunchYml } from '../../src/platform/launch-yml.ts'
import { readProcfile } from '../../src/platform/procfile.ts'
import { readRelease } from '../../src/platform/release.ts'

interface ReadingCase {
  readonly title: string
  readonly text?: string
  readonly base64?: string
  readonly expected: unknown
}

/** What was recorded of one contract file: test/data/recorded/README.md */
function recorded(file: string): [title: string, bytes: Buffer, expected: unknown][] {
  const path = join(import.meta.dirname, '..', 'data', 'recorded', 'reading', `${file}.json`)
  const cases = JSON.parse(readFileSync(path, 'utf8')) as ReadingCase[]
  return cases.map(({ title, text = '', base64, expected }) => [
    title,
    base64 === undefined ? Buffer.from(text) : Buffer.from(base64, 'base64'),
    expected,
  ])
}

describe('reads contract files as yaml.v2 does', () => {
  test.each(recorded('procfile'))('Procfile: %s', (_title, bytes, expected) => {
    const { processes, problems } = readProcfile(bytes)
    expect(problems.length > 0 ? null : Object.fromEntries(processes)).toEqual(expected)
  })

  test.each(recorded('launch-yml'))('launch.yml: %s', (_title, bytes, expected) => {
    const { value, error } = readLaunchYml(bytes)
    expect(error ? null : value).toEqual(expected)
  })

  test.each(recorded('release'))('release: %s', (_title, bytes, expected) => {
    const { value, error } = readRelease(bytes)
    expect(error ? null : Object.fromEntries(value)).toEqual(expected)
  })

  test.each(recorded('config-yml'))('config.yml: %s', (_title, bytes, expected) => {
    expect(asWritten(bytes)).toEqual(expected)
  })
})

/** The buildpack as `result.json` tells it, or why it cannot be told. */
function asWritten(configYml: Buffer): unknown {
  try {
    const text = renderStagingResult(stagingResult([readConfigYml(configYml, 'k')], []))
    return JSON.parse(text).lifecycle_metadata.buildpacks[0]
  } catch (thrown) {
    return (thrown as Error).message
  }
}
