import { describe, expect, test } from 'vitest'
import { type LaunchingCase, recordedCases } from '../recorded-cases.ts'
import { launchRecorded } from './launched-case.ts'

describe('launches as the platform does', () => {
  const cases = recordedCases<LaunchingCase>('conformance/launching')

  test('all recorded cases are there', () => expect(cases).toHaveLength(24))

  test.concurrent.each(cases)('%s', async (_name, recorded) => {
    expect(await launchRecorded(recorded)).toEqual(recorded.expected)
  })
})
