import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { bar } from '../../src/plan/bar.ts'

describe('a bar', () => {
  it('is to scale, with dots for unused memory', () => {
    expect(
      bar(
        [
          { letter: 's', size: 25 },
          { letter: 'H', size: 50 },
        ],
        100,
        8,
      ),
    ).toBe('ssHHHH..')
  })

  it('shows the smallest part too', () => {
    expect(
      bar(
        [
          { letter: 'd', size: 1 },
          { letter: 'H', size: 999 },
        ],
        1000,
        8,
      ),
    ).toBe('dHHHHHHH')
  })

  it.each<[string, readonly number[], number, string]>([
    ['nothing', [], 100, '........'],
    ['a part without size', [0, 100, 0], 100, 'bbbbbbbb'],
    ['a column left over by rounding goes to the part that lost most', [30, 34, 36], 100, 'aabbbccc'],
    ['to the first of those that lost as much', [20, 20, 60], 100, 'aabccccc'],
    [
      'columns of the smallest parts are taken from the widest, the first of those as wide',
      [1, 1, 1, 600, 397],
      1000,
      'abcddeee',
    ],
    ['unused memory is to scale too', [10, 45], 100, 'abbb....'],
  ])('%s', (_, sizes, total, drawn) => {
    const parts = sizes.map((size, at) => ({ letter: 'abcde'[at] ?? '', size }))
    expect(bar(parts, total, 8)).toBe(drawn)
  })

  it('has always the given width, and differs from the scale only by the minimum of small parts', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 1000 }), { minLength: 1, maxLength: 8 }), (sizes) => {
        const parts = sizes.map((size, index) => ({ letter: String(index), size }))
        const total = sizes.reduce((sum, each) => sum + each, 0)
        const drawn = bar(parts, total, 64)
        expect(drawn).toHaveLength(64)
        for (const { letter, size } of parts) {
          const columns = drawn.split(letter).length - 1
          expect(columns).toBeGreaterThanOrEqual(1)
          expect(Math.abs(columns - (size / total) * 64)).toBeLessThan(sizes.length + 1)
        }
      }),
    )
  })
})
