import { describe, expect, it } from 'vitest'
import { durationFault, parseDuration } from '../../src/config/duration.ts'

describe('a time', () => {
  it.each([
    ['500ms', 500],
    ['0s', 0],
    ['30s', 30_000],
    ['1.5s', 1500],
    ['2m', 120_000],
    ['1h', 3_600_000],
    ['0.001ms', 0],
    ['999999999.999ms', 1_000_000_000],
    ['1.1234s', undefined],
    ['1.s', undefined],
    ['.5s', undefined],
    ['1234567890ms', undefined],
    ['5', undefined],
    ['5 s', undefined],
    ['5S', undefined],
    ['5d', undefined],
    ['5ss', undefined],
    ['-5s', undefined],
    ['1m30s', undefined],
    ['', undefined],
  ])('%s is %s milliseconds', (text, milliseconds) => {
    expect(parseDuration(text)).toBe(milliseconds)
  })

  it.each([
    ['500ms', undefined],
    ['1h', undefined],
    ['499ms', { what: 'must be from 0.5s to 3600s', instead: 'use 500ms' }],
    ['61m', { what: 'must be from 0.5s to 3600s', instead: 'use 3600s' }],
  ])('%s from 500ms to 1h: %j', (text, fault) => {
    expect(durationFault(text, 500, 3_600_000)).toEqual(fault)
  })

  it.each([
    ['5 sec', '5s'],
    ['5', '5s'],
    ['1.5', '1500ms'],
    ['1m30s', '90s'],
    ['1 h 30 min', '5400s'],
    ['2 Minutes', '120s'],
    ['1.5 HOURS', '5400s'],
    ['500 milliseconds', '500ms'],
    ['500 MS', '500ms'],
    ['2 days', '2s'],
    ['5 items', '5s'],
    ['1.0006', '1001ms'],
    ['soon', '30s'],
    ['0', '1ms'],
    ['9 h', '7200s'],
  ])('%s is not one; a hint has %s', (text, hint) => {
    expect(durationFault(text, 1, 7_200_000)).toEqual({
      what: 'is not a valid duration',
      instead: `use ${hint}`,
    })
  })
})
