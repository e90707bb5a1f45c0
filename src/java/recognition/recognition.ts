import type { JavaLayout } from './java-layout.ts'

/** How a Java buildpack recognises an app. */
export type Recognition =
  | {
      readonly kind: 'container'
      /** The buildpack's name for it: `Dist ZIP`. */
      readonly container: string
      readonly layout: JavaLayout
      /** What it starts: a file of the app, or a class. */
      readonly runs: string
      /** The reason, for messages: `BOOT-INF and Start-Class in its manifest`. */
      readonly why: string
    }
  | { readonly kind: 'none' }
  /** Staging ends with an error. */
  | { readonly kind: 'failure'; readonly why: string }

export type FoundContainer = Extract<Recognition, { kind: 'container' }>

export function foundContainer(
  container: string,
  layout: JavaLayout,
  runs: string,
  why: string,
): FoundContainer {
  return { kind: 'container', container, layout, runs, why }
}

/** Whether both start the same thing in the same way, or both start nothing. */
export function isSameRecognition(one: Recognition, other: Recognition): boolean {
  if (one.kind === 'container' && other.kind === 'container')
    return one.container === other.container && one.runs === other.runs
  return one.kind === other.kind && (one.kind !== 'failure' || one.why === (other as typeof one).why)
}
