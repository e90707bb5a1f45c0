/** What a scalar would be as the list or map that is wanted: hints that can be pasted. */
import { isNull } from '../yaml/nodes.ts'
import { type Decoder, wants } from './decoder.ts'

/**
 * A list or map for which a scalar may be written by mistake.
 * @param wanted what messages call it
 * @param rewrite the scalar as a value that `decoder` reads; undefined when nobody can tell
 */
export function insteadOfScalar<T>(
  decoder: Decoder<T>,
  wanted: string,
  rewrite: (text: string) => string | undefined,
): Decoder<T> {
  return {
    ...decoder,
    read: (node, name, problems) => {
      if (node.kind !== 'scalar' || isNull(node)) return decoder.read(node, name, problems)
      const value = rewrite(node.text.trim())
      return value === undefined
        ? decoder.read(node, name, problems)
        : wants(node, name, wanted, problems, `use ${value}`)
    },
  }
}

/**
 * A command line is quoted in a message only where every word is of a form that no secret has: options, ports, variables,
 * paths, addresses of this machine, booleans. A plain word may be a password.
 */
const SECRET_OPTION = /pass|secret|token|key|credential|auth/i
const HARMLESS_VALUE =
  /^(?:\d{1,5}|\$\{?[A-Z_]\w*\}?|(?:\.{1,2}|\/(?:app|dev|etc|home|opt|tmp|usr|var))(?:\/[\w.-]+)*\/?|localhost(?::\d+)?|true|false)$/
/** `-v`, `--verbose`, and of a JVM `-Xss512k` and `-Dfeature`; in `-pWORD` the word may be a password. */
const HARMLESS_OPTION = /^(?:-[A-Za-z]|--[a-z][a-z-]*|-X[a-z]{1,4}\d+[kmg]?|-D[a-z][a-z.]*)$/

function mayBeSecret(words: readonly string[]): boolean {
  return words.some((word) => {
    const [start = '', ...value] = word.startsWith('-') ? word.split('=') : ['-v', word]
    const isHarmless = value.length === 0 || HARMLESS_VALUE.test(value.join('='))
    return SECRET_OPTION.test(word) || !HARMLESS_OPTION.test(start) || !isHarmless
  })
}

/** The words of a command line as a list: `--port 8182` → `["--port", "8182"]`. */
export function wordsAsList(text: string): string | undefined {
  const words = [...text.matchAll(/(?:"[^"]*"|'[^']*'|[^\s"'])+/g)].map(([word]) =>
    word.replace(/"([^"]*)"|'([^']*)'/g, '$1$2'),
  )
  return words.length === 0 || mayBeSecret(words)
    ? undefined
    : `[${words.map((each) => JSON.stringify(each)).join(', ')}]`
}

/** Names of variables as a list: `A B` → `[A, B]`. */
export function namesAsList(text: string): string | undefined {
  return /^[A-Za-z_]\w*(?:[\s,]+[A-Za-z_]\w*)*$/.test(text)
    ? `[${text.split(/[\s,]+/).join(', ')}]`
    : undefined
}

/** A scalar as it is written in a flow map: quoted where it has to be. */
export function flowScalar(text: string): string {
  return /^[A-Za-z0-9_./-]+$/.test(text) ? text : JSON.stringify(text)
}
