import { describe, expect, it } from 'vitest'
import { planPage } from '../../../src/plan/html/page.ts'
import type { Plan } from '../../../src/plan/plan.ts'
import type { SidecarPlan, SourcePlan } from '../../../src/plan/sidecar-plan.ts'
import type { Problem } from '../../../src/problems/problems.ts'
import { JAVA, jvmOf, MIB, planOf, processOf, sidecarOf } from '../made-plans.ts'
import { textOf } from './text-of.ts'

describe('the page of a plan', () => {
  const shown = (plan: Partial<Plan>, problems: readonly Problem[] = []) => planPage(planOf(plan), problems)
  const text = (...given: Parameters<typeof shown>) => textOf(shown(...given))
  const HEAD = 'sidecar-buildpack plan | shop'
  const card = (more: Partial<SidecarPlan>) =>
    text({ sidecars: [sidecarOf('a', more)] }).replace(/^.* \| Sidecars \| a \| /, '')
  const source = (kind: SourcePlan['kind'], from: string, bytes?: number): SourcePlan => ({
    ...{ kind, from },
    ...(bytes !== undefined && { bytes }),
  })

  it('begins with the app and whether it starts', () => {
    expect(text({})).toMatch(
      new RegExp(`^${HEAD} \\| Fits \\| \\(the app's own memory use is unknown\\) \\| Process web`),
    )
    expect(text({ java: JAVA, processes: [processOf({ jvm: jvmOf() })] })).toContain(
      `${HEAD} | Will start | Java app (spring-boot: Start-Class in META-INF/MANIFEST.MF) | Process web`,
    )
    expect(text({ willStart: false })).toContain(`${HEAD} | Will not start | Process web`)
    expect(shown({})).toMatch(
      /^<!doctype html>\n<html lang="en">[\s\S]*<title>Plan of shop<\/title>[\s\S]*<\/html>\n$/,
    )
  })

  it('has the problems as the command prints them', () => {
    const place = { file: 'sidecars.yml', line: 2, column: 3 }
    const problems: Problem[] = [
      { severity: 'error', place, what: 'a is wrong', instead: 'use b' },
      { severity: 'warning', what: 'c is odd' },
    ]
    expect(text({}, problems)).toContain(
      ' | Problems | error | sidecars.yml:2:3: a is wrong; use b | warning | c is odd | Process web',
    )
    expect(shown({}, problems)).toContain('<li class="error">')
    expect(text({})).not.toContain('Problems')
  })

  it('has each process with its memory, and why it does not start', () => {
    const processes = [
      processOf({ smallest: 804 * MIB }),
      processOf({ type: 'worker', willStart: false, reason: 'too little', container: 512 * MIB }),
    ]
    const page = shown({ processes })
    expect(textOf(page)).toContain(
      'Process web | Memory | 1G | Smallest memory that works | 804M | Container of',
    )
    expect(textOf(page)).toContain(
      'Process worker | Will not start: too little | Memory | 512M | Container of worker',
    )
    expect(page.match(/(?<=aria-labelledby="|<h2 id=")process-\d/g)).toEqual([
      'process-0',
      'process-0',
      'process-1',
      'process-1',
    ])
  })

  it('has a card for each sidecar, with only what is configured', () => {
    expect(text({})).toMatch(/ \| Sidecars \| No sidecars\.$/)
    expect(card({})).toBe('Processes | web | Memory | none reserved')
    const all: Partial<SidecarPlan> = {
      ...{ processTypes: ['web', 'worker'], memory: 64 * MIB, isGuarded: true, command: './run' },
      ...{
        source: source('path', 'bin/x', 2048),
        after: ['b (it has started)', 'c (x)'],
        health: 'port 8082',
      },
      ...{ restart: 'always', onPath: true, carriedBy: 'acme', isOfManifest: true, when: 'if X is set' },
    }
    expect(card(all)).toBe(
      "Processes | web, worker | Memory | 64M | Memory guard | restarted if it uses more | Command | ./run | Source | path bin/x (2.0 KiB) | Starts after, stops before | b (it has started), c (x) | Health | port 8082 | Restart | always | On the app's PATH | yes | Included in | acme | Declared in | the app manifest | Condition | if X is set",
    )
    const jvm = { kind: 'fits', options: ['-Xss1M', '-Xmx64M'] } as unknown as SidecarPlan['jvm'] & {}
    expect(card({ jvm })).toMatch(/ \| JVM options \| -Xss1M -Xmx64M$/)
    expect(card({ jvm: { kind: 'too-little', smallest: 96 } })).toMatch(
      / \| JVM \| too little memory: use at least 96M$/,
    )
  })

  it('has what is added to the JVM of the app, and where each file is from', () => {
    const injected = [
      { kind: 'agent', source: source('uri', 'https://example.com/a.jar') },
      { kind: 'library', source: source('path', 'lib/b.jar') },
      { kind: 'option', option: '-Dkey=…' },
    ] as const
    expect(text({ injected })).toMatch(
      / \| JVM of the app \| agent: \| uri https:\/\/example\.com\/a\.jar \(size unknown until downloaded\) \| library: \| path lib\/b\.jar \(not found\) \| option: \| -Dkey=…$/,
    )
    expect(text({})).not.toContain('JVM of the app')
    expect(card({ source: source('deps', 'bin/x', 0) })).toMatch(
      /Source \| deps bin\/x \(found at start in another buildpack\)$/,
    )
  })
})
