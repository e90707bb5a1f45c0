import { describe, expect, it } from 'vitest'
import { drawPlan } from '../../src/plan/draw.ts'
import type { Plan, ProcessPlan } from '../../src/plan/plan.ts'
import type { InjectedPlan, SidecarPlan } from '../../src/plan/sidecar-plan.ts'
import { BOTH, JAVA, jvmOf, MIB, planOf, processOf, sidecarOf } from './made-plans.ts'

/** The parts that an empty line separates. */
const parts = (plan: Partial<Plan>) => drawPlan(planOf(plan)).split(/\n\n|\n$/)
const lines = (...all: readonly string[]) => all.join('\n')
const ofProcess = (more: Partial<ProcessPlan>, java = false) =>
  parts({ processes: [processOf(more)], ...(java && { java: JAVA }) })[java ? 1 : 0]
const ofSidecar = (name: string, more: Partial<SidecarPlan>) =>
  parts({ sidecars: [sidecarOf(name, more)] })[1]
const ofInjected = (...injected: readonly InjectedPlan[]) => parts({ injected })[2]
const FITS = "fits (the app's own memory use is unknown)"

describe('a drawn plan', () => {
  it('has the processes, the sidecars and what they add to the droplet', () => {
    expect(
      drawPlan(planOf({ processes: [processOf(), processOf({ type: 'worker' })] })),
    ).toBe(`web, 1G: ${FITS}
  |${'a'.repeat(64)}|
  a       1G  app

worker, 1G: ${FITS}
  |${'a'.repeat(64)}|
  a       1G  app

No sidecars.

Added to the droplet: 0 bytes
`)
  })

  it('says what kind of Java app it is', () => {
    const unreadable = ['lib/a.jar is truncated', 'lib/b\u001b.jar is truncated']
    const java = { ...JAVA, addedClasses: 12, unreadable }
    expect(parts({ java })[0]).toBe(`Java app (spring-boot: Start-Class in META-INF/MANIFEST.MF)
Classes in the app: 100, of which 35 % count as loaded
Additional classes of agents and libraries: 12, included in the metaspace
No classes counted: lib/a.jar is truncated
No classes counted: lib/b\\u001b.jar is truncated`)
    const { classes: _, ...given } = JAVA
    expect(parts({ java: given })[0]).toBe('Java app (spring-boot: Start-Class in META-INF/MANIFEST.MF)')
  })
})

describe('a drawn process', () => {
  it('has its command, its memory to scale, its ports and the order of its start', () => {
    const startOrder = [
      { kind: 'sidecar', name: 'agent', waitsFor: [] },
      { kind: 'sidecar', name: 'proxy', waitsFor: [{ name: 'agent', until: 'it has started' }] },
      { kind: 'app', name: 'web', waitsFor: ['agent', 'proxy'].map((name) => ({ name, until: 'x' })) },
    ] as const
    const process = {
      ...{ command: './run', app: 768 * MIB, port: 18_080, startOrder },
      sidecars: [{ name: 'agent', memory: 256 * MIB }, { name: 'proxy' }],
      proxies: [{ name: 'proxy', port: 8080, forwardsTo: 18_080 }],
    }
    expect(ofProcess(process)).toBe(`web, 1G: ${FITS}
  command: ./run
  |${'s'.repeat(16)}${'a'.repeat(48)}|
  s     256M  sidecar agent
  a     768M  app
  port: :8080 proxy -> :18080 app
  start order: agent, proxy (after agent), web (after agent, proxy)`)
  })

  it.each([
    ['the app waits for a sidecar', 'app', 'agent'],
    ['a proxy waits for the app', 'sidecar', 'web'],
    ['a sidecar waits for one that is not in the process', 'sidecar', 'gone'],
  ] as const)('has no order if only %s', (_, kind, name) => {
    const startOrder = [{ kind, name: 'x', waitsFor: [{ name, until: 'y' }] }]
    // A sidecar may have the name of another process type.
    const sidecars = [{ name: 'agent' }, { name: 'web' }]
    expect(ofProcess({ startOrder, sidecars })).not.toContain('start order')
  })

  it('says why it does not start, and shows what is too much after the end of the bar', () => {
    const process = {
      ...{ app: 0, willStart: false, reason: 'the sidecars use all of its memory' },
      sidecars: [
        { name: 'a', memory: 1024 * MIB },
        { name: 'b', memory: 1024 * MIB },
      ],
    }
    expect(ofProcess(process)).toBe(`web, 1G: will not start: the sidecars use all of its memory
  |${'s'.repeat(32)}|${'s'.repeat(32)}  1G too much
  s       1G  sidecar a
  s       1G  sidecar b`)
    const huge = { container: MIB, sidecars: [{ name: 'a', memory: 1024 * MIB }], app: 0 }
    expect(ofProcess(huge)).toContain(`  |s|${'s'.repeat(63)}  1023M too much\n`)
  })
})

describe('a drawn process of a Java app', () => {
  const sidecars = [{ name: 'agent', memory: 256 * MIB }]
  const BAR = `  |${'s'.repeat(16)}${'H'.repeat(16)}${'m'.repeat(8)}${'c'.repeat(8)}${'t'.repeat(12)}dddd|`
  const PARTS = `  s     256M  sidecar agent
  H     256M  heap
  m     128M  metaspace
  c     128M  code cache
  t     192M  thread stacks
  d      64M  direct memory`

  it('has the memory of its JVM with each Java buildpack', () => {
    expect(ofProcess({ sidecars, ...BOTH, smallest: 804 * MIB }, true)).toBe(
      lines(
        'web, 1G: will start',
        '  smallest memory that works: 804M',
        '  Java buildpack 5.x, Java 21, 8000 loaded classes, 250 threads, 5 % head room',
        BAR,
        PARTS,
        '  options: -Xss1M -Xmx256M',
        '  Java buildpack 4.x, Java 8 (its default), 7000 loaded classes, 200 threads, 0 % head room: will not start: too little',
        BAR,
        PARTS,
      ),
    )
  })

  it('says the reason once if it starts with no Java buildpack', () => {
    const process = { sidecars, jvm: jvmOf({ reason: 'too little' }), willStart: false, reason: 'too little' }
    expect(ofProcess(process, true)?.match(/.*too little/g)).toEqual(['web, 1G: will not start: too little'])
  })

  it.each([
    ['-Xss1M -Xmx500M -Xms1M', ' (-Xmx500M)'],
    ['-XX:MaxRAMPercentage=70', ' (-XX:MaxRAMPercentage=70)'],
    [undefined, ''],
  ])('says what happens if the memory of the sidecars is not subtracted: %s', (options, shown) => {
    const notSubtracted = { over: 256 * MIB, ...(options !== undefined && { options }) }
    expect(ofProcess({ sidecars, jvm: jvmOf({ notSubtracted }) }, true)).toMatch(
      new RegExp(`${PARTS}
  if the platform does not subtract the sidecars' memory, the profile.d script does, with the same result;
  if it cannot read the container's limit either, the JVM uses all 1G${shown.replace(/[()]/g, '\\$&')}, 256M too much$`),
    )
  })
})

describe('a drawn sidecar', () => {
  it('has only what is configured', () => {
    expect(ofSidecar('a', {})).toBe('Sidecar a: with web, no memory reserved')
  })

  it('has all that is configured', () => {
    const sidecar: Partial<SidecarPlan> = {
      ...{ processTypes: ['web', 'worker'], memory: 64 * MIB, isGuarded: true, restart: 'always' },
      ...{ onPath: true, carriedBy: 'acme', isOfManifest: true, when: 'if service db is bound (not met)' },
      ...{ command: './run\n./more', source: { kind: 'path', from: 'bin/x', bytes: 2048 } },
      ...{ after: ['b (it has started)', 'c (it has started)'], health: 'port 8082 accepts connections' },
    }
    expect(ofSidecar('a\u001b', sidecar)).toBe(
      lines(
        "Sidecar a\\u001b: with web, worker, 64M, restarted if it uses more, restarted: always, on the app's PATH, included in acme, from the manifest, if service db is bound (not met)",
        '  command: ./run\\u000a./more',
        '  source: path bin/x, adds 2.0 KiB',
        '  starts after, and stops before: b (it has started)',
        '  starts after, and stops before: c (it has started)',
        '  health: port 8082 accepts connections',
      ),
    )
  })

  it('has the options of its JVM, or the memory that these need', () => {
    const fits = { kind: 'fits', options: ['-Xss1M', '-Xmx64M'] } as unknown as SidecarPlan['jvm'] & {}
    expect(ofSidecar('a', { jvm: fits })).toMatch(/\n {2}on the JVM of the app: -Xss1M -Xmx64M$/)
    expect(ofSidecar('a', { jvm: { kind: 'too-little', smallest: 96 } })).toMatch(
      /\n {2}not enough memory for its JVM: use at least 96M$/,
    )
  })
})

describe('what is added to the droplet', () => {
  const source = (kind: 'path' | 'uri' | 'dependency' | 'deps', from: string, bytes?: number) => ({
    ...{ kind, from },
    ...(bytes !== undefined && { bytes }),
  })

  it('is each source, of agents and libraries too', () => {
    const agent = { kind: 'agent', source: source('uri', 'https://example.com/a.jar') } as const
    const library = { kind: 'library', source: source('path', 'lib/b.jar') } as const
    const option = { kind: 'option', option: '-Dkey=…' } as const
    expect(ofInjected(agent, library, option)).toBe(
      lines(
        'On the JVM of the app:',
        '  agent uri https://example.com/a.jar, size unknown until downloaded',
        '  library path lib/b.jar (not found)',
        '  option -Dkey=…',
      ),
    )
    expect(ofSidecar('a', { source: source('deps', 'bin/x', 0) })).toMatch(
      /\n {2}source: deps bin\/x, found at start in another buildpack$/,
    )
  })

  it.each([
    ['0 bytes', []],
    ['0 bytes', [source('path', 'missing')]],
    ['1.0 KiB', [source('path', 'a', 1000), source('deps', 'x', 0), source('path', 'b', 24)]],
    ['24 bytes, plus 1 download of unknown size', [source('uri', 'a'), source('path', 'b', 24)]],
    ['0 bytes, plus 2 downloads of unknown size', [source('uri', 'a'), source('dependency', 'b')]],
  ])('in all: %s', (text, sources) => {
    const [first, ...others] = sources
    const sidecars = first ? [sidecarOf('a', { source: first }), sidecarOf('b')] : []
    const injected = others.map((each) => ({ kind: 'library' as const, source: each }))
    expect(parts({ sidecars, injected }).at(-2)).toBe(`Added to the droplet: ${text}`)
  })
})
