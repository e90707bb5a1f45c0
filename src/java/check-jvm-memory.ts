/** Whether the memory calculator rejects an app even with the maximum memory of its web process. */

import type { Configuration } from '../config/sidecar.ts'
import { describeMemory } from '../platform/memory-size.ts'
import { attachedTo, reservedBytes } from '../platform/process-memory.ts'
import type { Problems } from '../problems/problems.ts'
import type { JavaBuildpack } from './calculators/calculator.ts'
import { parseCalculatorSize } from './calculators/size.ts'
import { type AppOnJvm, type MemoryNeed, memoryNeed } from './memory-needs.ts'

const WEB = 'web'

/**
 * An error if the app starts with no Java buildpack that may stage it; a warning if it starts with only one of them.
 *
 * @param most in the calculator's format; an invalid size, or one too small for the sidecars, is not checked
 * @param buildpack the one that stages the app; absent: either
 */
export function checkJvmMemory(
  app: AppOnJvm & { readonly configuration: Configuration },
  most: string | undefined,
  buildpack: JavaBuildpack | undefined,
  problems: Problems,
): void {
  const container = parseCalculatorSize(most ?? '')
  if (typeof container !== 'bigint') return
  const sidecars = reservedBytes(attachedTo(WEB, app.configuration.sidecars))
  // config/rules/surroundings.ts reports sidecars that take all of the memory.
  if (container <= BigInt(sidecars)) return
  const candidates = buildpack ? [buildpack] : ([5, 4] as const)
  const needs = candidates.map((each) => memoryNeed(app, each, Number(container), sidecars))
  const refused = needs.filter(({ outcome }) => outcome.kind !== 'fits')
  const [first] = refused
  if (!first) {
    const small = needs.find(({ starts }) => !starts)
    // There is such an amount, because every calculator accepts this one.
    const enough = enoughMemory(needs)
    if (small)
      problems.warning(
        undefined,
        `${whose([small], needs)} leaves too little heap for a JVM to start`,
        `give the app ${enough}M or more`,
      )
    return
  }
  const place = offendingOption(app, first, Number(container), sidecars)?.place
  const what = `${whose(refused, needs)} refuses to start the app: ${reason(first, Number(container), sidecars)}`
  const report = refused.length === needs.length ? problems.error : problems.warning
  report.call(problems, place, what, remedy(needs, first))
}

/** @returns an amount that is enough for each Java buildpack that may stage the app; undefined if none is */
export function enoughMemory(needs: readonly Pick<MemoryNeed, 'smallest'>[]): number | undefined {
  const figures = needs.map(({ smallest }) => smallest)
  return figures.every((each) => each !== undefined) ? Math.max(...figures) : undefined
}

function whose(refused: readonly MemoryNeed[], all: readonly MemoryNeed[]): string {
  if (refused.length === all.length && all.length > 1) return 'the memory calculator'
  const [first] = refused
  return `the memory calculator of Java buildpack ${first?.buildpack}.x (Java ${first?.javaVersion})`
}

function reason({ outcome }: MemoryNeed, container: number, sidecars: number): string {
  if (outcome.kind === 'malformed') return outcome.what
  const taken = sidecars > 0 ? `, of which the sidecars take ${describeMemory({ bytes: sidecars })}` : ''
  return `web can have at most ${describeMemory({ bytes: container })}${taken}`
}

function remedy(needs: readonly MemoryNeed[], { outcome }: MemoryNeed): string {
  if (outcome.kind === 'malformed') return 'correct that value'
  const enough = enoughMemory(needs)
  return enough === undefined ? 'lower the sizes in the JVM options' : `give the app ${enough}M or more`
}

/** The option in java.options without which the memory is enough. */
function offendingOption(app: AppOnJvm, { buildpack }: MemoryNeed, container: number, sidecars: number) {
  const { java } = app.configuration
  return java.options.find((option) => {
    const options = java.options.filter((each) => each !== option)
    return memoryNeed(
      { ...app, configuration: { java: { ...java, options } } },
      buildpack,
      container,
      sidecars,
    ).starts
  })
}
