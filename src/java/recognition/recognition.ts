import type { JavaLayout } from './java-layout.ts'

/** What a Java buildpack makes of an app's files. */
export type Recognition =
  | {
      readonly kind: 'container'
      /** As the buildpack names it: `Dist ZIP`. */
      readonly container: string
      readonly layout: JavaLayout
      /** What is started: a file of the app, or a class. */
      readonly runs: string
      /** What made it one, for messages: `BOOT-INF and Start-Class in its manifest`. */
      readonly why: string
    }
  | { readonly kind: 'none' }
  /** Staging ends with an error. */
  | { readonly kind: 'failure'; readonly why: string }

/** Whether both start the same thing in the same way, or neither anything. */
export function isSameRecognition(one: Recognition, other: Recognition): boolean {
  if (one.kind === 'container' && other.kind === 'container')
    return one.container === other.container && one.runs === other.runs
  return one.kind === other.kind && (one.kind !== 'failure' || one.why === (other as typeof one).why)
}
