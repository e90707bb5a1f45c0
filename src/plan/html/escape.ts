/** HTML from templates whose values are escaped. */
import { visibleLine } from '../../problems/visible.ts'

export interface Html {
  readonly html: string
}

type Value = Html | readonly Html[] | string | number | undefined

/** Strings and numbers become text; `undefined` becomes nothing. */
export function html(texts: TemplateStringsArray, ...values: readonly Value[]): Html {
  return {
    html: texts.map((text, index) => (index === 0 ? '' : rendered(values[index - 1])) + text).join(''),
  }
}

function rendered(value: Value): string {
  if (value === undefined) return ''
  if (typeof value === 'string' || typeof value === 'number') return escaped(visibleLine(String(value)))
  return 'html' in value ? value.html : value.map((each) => each.html).join('')
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
