import { describe, expect, test } from 'vitest'
import { recordedCases } from '../recorded-cases.ts'
import { type StagingCase, stageRecorded } from './staged-case.ts'

describe('stages as the platform does', () => {
  const cases = recordedCases<StagingCase>('conformance/staging')

  test('all recorded cases are there', () => expect(cases).toHaveLength(45))

  test.concurrent.each(cases)('%s', async (_name, recorded) => {
    const { actual, expected } = await stageRecorded(recorded)
    expect(actual).toEqual(expected)
  })
})
