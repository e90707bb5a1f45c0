import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, test } from 'vitest'

const report = (name: string) => import(pathToFileURL(`scripts/report/${name}.mjs`).href)

describe('the report', async () => {
  const { figuresTable, partsTable } = await report('table')
  const { keptParts, partNames, runPart } = await report('parts')
  const { plot } = await report('plot')
  const ratio = {
    area: 'staging',
    measure: 'a',
    value: 1.404,
    unit: '×',
    atMost: 1.8,
    beside: '`cp`',
    holds: true,
  }

  test('has a row for each figure, those of one area together, a missed one in bold', () => {
    const slow = { area: 'bundle', measure: 'b|c', value: 3, unit: '×', atLeast: 10, holds: false }
    const rows = figuresTable([ratio, slow, { ...ratio, measure: 'd', beside: undefined }]).split('\n')
    expect(rows.slice(2)).toEqual([
      '| staging | a | ≤ 1.8 × | 1.40 × | `cp` | yes |',
      '| staging | d | ≤ 1.8 × | 1.40 × |  | yes |',
      '| bundle | b\\|c | ≥ 10 × | 3 × |  | **no** |',
      '',
    ])
  })

  test('reports a part that failed', () => {
    const part = {
      name: 'check',
      status: 1,
      seconds: 61.7,
      closing: '',
      ended: '2026-11-25T10:20:30.000Z',
      commit: 'abc1234',
      counts: 'full',
      figures: [],
    }
    const row = '| check | **failed** (status 1) | 62 s | full | 2026-11-25 10:20, abc1234 |  |'
    expect(partsTable([part])).toContain(row)
  })

  test('is kept of each part until its next run', () => {
    const root = mkdtempSync(join(tmpdir(), 'report-'))
    const into = join(root, 'report')
    const measure = (value: number) =>
      `node -e "require('fs').appendFileSync(process.env.MEASURES, JSON.stringify({ value: ${value} }) + String.fromCharCode(10))"`
    const write = (bench: string) =>
      writeFileSync(
        join(root, 'package.json'),
        JSON.stringify({ scripts: { 'bench:a': bench, 'bench:b': measure(3) } }),
      )
    try {
      write(measure(1))
      const names = partNames(root).filter((name: string) => name.startsWith('bench'))
      for (const name of names) expect(runPart(root, into, name, 'full').status).toBe(0)
      write(`${measure(2)}; exit 7`)
      runPart(root, into, 'bench:a', 'everyday')
      const shown = keptParts(into, names).map(
        ({ name, status, counts, figures }: Record<string, unknown>) => ({
          name,
          status,
          counts,
          figures,
        }),
      )
      expect(shown).toEqual([
        { name: 'bench:a', status: 7, counts: 'everyday', figures: [{ value: 2 }] },
        { name: 'bench:b', status: 0, counts: 'full', figures: [{ value: 3 }] },
      ])
    } finally {
      rmSync(root, { recursive: true })
    }
  })

  test('draws a line through each point, the largest highest', () => {
    const points: [number, number][] = [
      [1, 10],
      [100, 1000],
    ]
    const panel = { title: 't <&', xLabel: 'x', yLabel: 'y', series: [{ name: 's', points }] }
    const drawn = plot([panel, { ...panel, log: true }])
    expect(drawn).toContain('t &lt;&amp;')
    const paths = [...drawn.matchAll(/<path d="M([\d.]+),([\d.]+)L([\d.]+),([\d.]+)"/g)].map((path) =>
      path.slice(1).map(Number),
    )
    expect(paths).toHaveLength(2)
    for (const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] of paths) {
      expect(x2).toBeGreaterThan(x1)
      expect(y2).toBeLessThan(y1)
    }
  })
})
