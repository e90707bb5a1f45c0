import { describe, expect, test } from 'vitest'
import { recordedCases } from '../recorded-cases.ts'
import { type StagingCase, stageRecorded } from './staged-case.ts'

describe('stages further recorded cases as the platform does', () => {
  test.concurrent.each(recordedCases<StagingCase>('recorded/staging'))('%s', async (_name, recorded) => {
    const { actual, expected } = await stageRecorded(recorded)
    expect(actual).toEqual(expected)
  })
})
