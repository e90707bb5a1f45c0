/** The kinds of Java apps that differ in the place of libraries or in additional classes. */
export type JavaLayout = 'spring-boot' | 'war' | 'groovy' | 'play' | 'distribution' | 'main'

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
  return effectOf(one) === effectOf(other)
}

function effectOf(each: Recognition): string | undefined {
  if (each.kind === 'container') return `${each.container}: ${each.runs}`
  return (each as { readonly why?: string }).why
}
