import { describe, expect, it } from 'vitest'
import { memorySection } from '../../../src/plan/html/memory.ts'
import type { ProcessPlan } from '../../../src/plan/plan.ts'
import { BOTH, jvmOf, MIB, processOf } from '../made-plans.ts'
import { textOf } from './text-of.ts'

const memory = (more: Partial<ProcessPlan>) => memorySection(processOf(more)).html
const sidecars = [{ name: 'agent', memory: 256 * MIB }]
const HEAD = 'Part | Size | Share'

describe('the memory of a process', () => {
  it('is a bar to scale with figures, and a table', () => {
    const html = memory({ sidecars, app: 768 * MIB })
    expect(textOf(html)).toBe(
      `Memory | agent | sidecar agent: 256M, 25% | app | app: 768M, 75% | Memory of web | ${HEAD} | sidecar agent | 256M | 25% | app | 768M | 75% | Container | 1G | 100%`,
    )
    expect(html.match(/<li class="part \w+" style="[^"]*"/g)).toEqual([
      '<li class="part sidecar" style="width:25%"',
      '<li class="part app" style="width:75%"',
    ])
    expect(html.match(/swatch \w+/g)).toEqual(['swatch sidecar', 'swatch app'])
    expect(html).toContain('<div class="bar-frame">')
  })

  it.each([
    [82, true],
    [81, false],
  ])('has no name in a part of the bar that is too narrow: %dM of 1G', (megabytes, isShown) => {
    const html = memory({ sidecars: [{ name: 'agent', memory: megabytes * MIB }], app: 900 * MIB })
    expect(html.includes('aria-hidden="true">agent<')).toBe(isShown)
  })

  it('shows the limit in the bar if it is too much, and by how much', () => {
    const html = memory({ sidecars: [{ name: 'a', memory: 1536 * MIB }], app: 0 })
    expect(textOf(html)).toBe(
      `Memory | a | sidecar a: 1536M, 100% | limit 1G | 512M more than the container has | Memory of web | ${HEAD} | sidecar a | 1536M | 150% | Container | 1G | 100%`,
    )
    expect(html).toContain('<div class="bar-frame over">')
    expect(html).toContain('style="left:66.7%"')
  })

  const TABLE = `${HEAD} | sidecar agent | 256M | 25% | heap | 256M | 25% | metaspace | 128M | 12.5% | code cache | 128M | 12.5% | thread stacks | 192M | 18.8% | direct memory | 64M | 6.3% | Container | 1G | 100%`
  const headings = (html: string) => textOf(html.replace(/<div class="bar-frame[\s\S]*?<\/div>/g, ''))

  it('is that of the JVM with each Java buildpack', () => {
    const html = memory({ sidecars, ...BOTH })
    expect(headings(html)).toBe(
      [
        'Memory | Java buildpack 5.x | Java 21, 8000 loaded classes, | 250 threads, 5% head room',
        'JVM options: | -Xss1M -Xmx256M | Memory of web with Java buildpack 5.x',
        `${TABLE} | Java buildpack 4.x | Java 8 (its default), 7000 loaded classes, | 200 threads, 0% head room`,
        'Does not start: too little | Memory of web with Java buildpack 4.x',
        TABLE,
      ].join(' | '),
    )
    expect(html.match(/width:6.3%" tabindex="0">\n<span class="tip">direct memory/g)).toHaveLength(2)
  })

  it('has no reason of a JVM where the process has it', () => {
    const html = memory({ jvm: jvmOf({ reason: 'too little' }), willStart: false })
    expect(html).not.toContain('too little')
    expect(html).not.toContain('JVM options')
  })
})
