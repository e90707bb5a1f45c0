import { describe, expect, it } from 'vitest'
import { containerSection, startSection } from '../../../src/plan/html/container.ts'
import type { ProcessPlan } from '../../../src/plan/plan.ts'
import { JAVA, MIB, planOf, processOf } from '../made-plans.ts'
import { textOf } from './text-of.ts'

const container = (more: Partial<ProcessPlan>, isJava = false) =>
  containerSection(processOf(more), planOf(isJava ? { java: JAVA } : {})).html

describe('the container of a process', () => {
  it('has the chain from the outermost proxy to the app, and the other sidecars beside it', () => {
    const html = container({
      ...{ type: 'worker', command: './run', port: 18_081, app: 928 * MIB },
      sidecars: [{ name: 'agent', memory: 64 * MIB }, { name: 'outer', memory: 32 * MIB }, { name: 'inner' }],
      proxies: [
        { name: 'outer', port: 8080, forwardsTo: 18_080 },
        { name: 'inner', port: 18_080, forwardsTo: 18_081 },
      ],
    })
    expect(textOf(html)).toBe(
      'Container of worker, 1G | port 8080 | proxy | outer | 32M | port 18080 | proxy | inner | no memory reserved | port 18081 | app | worker | ./run | 928M | sidecar | agent | 64M',
    )
    expect(html.match(/class="(?:box \w+|chain|beside)"/g)).toEqual(
      ['chain', 'box proxy', 'box proxy', 'box app', 'beside', 'box sidecar'].map(
        (each) => `class="${each}"`,
      ),
    )
  })

  it('has only the app without sidecars; its command is that of the Java buildpack if no other is known', () => {
    expect(container({})).not.toContain('beside')
    expect(textOf(container({}))).toBe('Container of web, 1G | app | web | 1G')
    expect(textOf(container({}, true))).toBe(
      'Container of web, 1G | app | web | start command of the Java buildpack | 1G',
    )
    expect(textOf(container({ command: './run' }, true))).toBe(
      'Container of web, 1G | app | web | ./run | 1G',
    )
  })
})

describe('the start order of a process', () => {
  const app = { kind: 'app', name: 'web', waitsFor: [] } as const
  it('has each step with its conditions', () => {
    const waitsFor = [
      { name: 'web', until: 'it listens on port 8080' },
      { name: 'agent', until: 'it has started' },
    ]
    const html = startSection([app, { kind: 'sidecar', name: 'proxy', waitsFor }])?.html ?? ''
    expect(textOf(html)).toBe(
      'Start order | web | app | proxy | sidecar | waits for | web | : until it listens on port 8080 | waits for | agent | : until it has started | Everything without a condition starts with the container, in no defined order.',
    )
    expect(html.match(/<ul>/g)).toHaveLength(1)
  })

  it('is left out for the app alone', () => {
    expect(startSection([app])).toBeUndefined()
  })
})
