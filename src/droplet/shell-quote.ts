import type { EnvName, Sidecar, Template } from '../config/sidecar.ts'

/** One shell word that is exactly this text, whatever it holds (no NUL): plain where it can be, else in single quotes. */
export function quote(text: string): string {
  if (/^[A-Za-z0-9_./:@%+,-]+$/.test(text)) return text
  return `'${text.replaceAll("'", "'\\''")}'`
}

/** One shell word of a template: its texts literally, its variables with their value then in force (unset: empty). */
export function quoteTemplate(template: Template): string {
  const parts = template.filter((each) => each !== '')
  return (
    parts.map((each) => (typeof each === 'string' ? quote(each) : `"\${${each.variable}-}"`)).join('') || "''"
  )
}

/** The variables that a template reads. */
export function variablesOf(template: Template): readonly EnvName[] {
  return template.flatMap((each) => (typeof each === 'string' ? [] : [each.variable]))
}

/** A sidecar's name in a message, as a shell word. */
export function displayName({ name }: Sidecar): string {
  return quote(JSON.stringify(name))
}
