import type { JavaBuildpack } from './calculators/calculator.ts'

/**
 * The generation in names or URLs of buildpacks (`java_buildpack_v4`, `…/java-buildpack.git#v5.0.6`).
 *
 * @returns undefined if none of them has it, or they differ
 */
export function javaBuildpackOfNames(names: readonly string[]): JavaBuildpack | undefined {
  const [first, ...others] = new Set(
    names.flatMap((name) => {
      const version = /java/i.test(name) ? /(?:[_#@/-]v?|v)([45])(?=[._x-]|$)/i.exec(name)?.[1] : undefined
      return version === undefined ? [] : [version === '4' ? (4 as const) : (5 as const)]
    }),
  )
  return others.length > 0 ? undefined : first
}
