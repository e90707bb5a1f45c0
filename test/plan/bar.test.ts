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
