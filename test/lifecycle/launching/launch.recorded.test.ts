import { describe, expect, test } from 'vitest'
import { type LaunchingCase, recordedCases } from '../recorded-cases.ts'
import { launchRecorded } from './launched-case.ts'

describe('launches further recorded cases as the platform does', () => {
  test.concurrent.each(recordedCases<LaunchingCase>('recorded/launching'))('%s', async (_name, recorded) => {
    expect(await launchRecorded(recorded)).toEqual(recorded.expected)
  })
})
