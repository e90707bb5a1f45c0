import type { EnvName, Sidecar, Template } from '../config/sidecar.ts'

/** Quotes a string (without NUL) as one shell word, in single quotes if necessary. */
export function quote(text: string): string {
  if (/^[A-Za-z0-9_./:@%+,-]+$/.test(text)) return text
  return `'${text.replaceAll("'", "'\\''")}'`
}

/** A template as one shell word: strings literally, variables with their current value (unset: empty). */
export function quoteTemplate(template: Template): string {
  const parts = template.filter((each) => each !== '')
  return (
    parts.map((each) => (typeof each === 'string' ? quote(each) : `"\${${each.variable}-}"`)).join('') || "''"
  )
}

/** The variables of a template. */
export function variablesOf(template: Template): readonly EnvName[] {
  return template.flatMap((each) => (typeof each === 'string' ? [] : [each.variable]))
}

/** A sidecar's name in a message, as a shell word. */
export function displayName({ name }: Sidecar): string {
  return quote(JSON.stringify(name))
}
