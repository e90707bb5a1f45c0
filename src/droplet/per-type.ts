import type { ProcessType } from '../config/sidecar.ts'
import { quote } from './shell-quote.ts'

/**
 * A shell `case` over `$__type`, the text after `"process_type":` in `VCAP_APPLICATION`: the process type as JSON and the
 * rest; in a task, some other text.
 * @param bodies shell lines by process type; types with the same lines share a branch
 */
export function perType(bodies: ReadonlyMap<ProcessType, readonly string[]>): string {
  const branches = new Map<string, ProcessType[]>()
  for (const [type, lines] of bodies) {
    const body = lines.map((line) => `    ${line}`).join('\n')
    branches.set(body, [...(branches.get(body) ?? []), type])
  }
  const cases = [...branches].map(
    ([body, types]) => `  ${types.flatMap(jsonPatterns).join(' | ')})\n${body}\n    ;;`,
  )
  return ['case $__type in', ...cases, 'esac'].join('\n')
}

/** The platform writes JSON as Go does, which escapes `<`, `>` and `&`. */
function jsonPatterns(type: ProcessType): readonly string[] {
  const plain = JSON.stringify(type)
  const escaped = plain.replace(/[<>&]/g, (each) => `\\u00${each.charCodeAt(0).toString(16)}`)
  return [...new Set([plain, escaped])].map((each) => `${quote(each)}*`)
}
