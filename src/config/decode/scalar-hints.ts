/** Rewrites scalars as the expected list or map, for hints that can be pasted. */
import { isNull } from '../yaml/nodes.ts'
import { type Decoder, wants } from './decoder.ts'

/**
 * A list or map for which a scalar may be written by mistake.
 * @param wanted its name in messages
 * @param rewrite converts the scalar to a value that `decoder` reads; undefined if the meaning is unclear
 */
export function insteadOfScalar<T>(
  decoder: Decoder<T>,
  wanted: string,
  rewrite: (text: string) => string | undefined,
): Decoder<T> {
  return {
    ...decoder,
    read: (node, name, problems) => {
      const text = node.kind === 'scalar' && !isNull(node) ? node.text.trim() : ''
      const value = text === '' ? undefined : rewrite(text)
      return value === undefined
        ? decoder.read(node, name, problems)
        : wants(node, name, wanted, problems, `use ${value}`)
    },
  }
}

/**
 * A message quotes a command line only if no word can be a secret: options, ports, variables, paths, addresses of this
 * machine, booleans. A plain word may be a password.
 */
const SECRET_OPTION = /pass|secret|token|key|credential|auth/i
const VALUE =
  /\d{1,5}|\$\{?[A-Z_]\w*\}?|(?:\.{1,2}|\/(?:app|dev|etc|home|opt|tmp|usr|var))(?:\/[\w.-]+)*\/?|localhost(?::\d+)?|true|false/
/** `-v`, `--verbose`, and the JVM's `-Xss512k` and `-Dfeature`; in `-pWORD`, the word may be a password. */
const OPTION = /-[A-Za-z]|--[a-z][a-z-]*|-X[a-z]{1,4}\d+[kmg]?|-D[a-z][a-z.]*/
const HARMLESS = new RegExp(`^(?:(?:${OPTION.source})(?:=(?:${VALUE.source}))?|${VALUE.source})$`)

function mayBeSecret(words: readonly string[]): boolean {
  return words.some((word) => SECRET_OPTION.test(word) || !HARMLESS.test(word))
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

/** Names as a list: `A B` → `[A, B]`. */
export function namesAsList(text: string, name: RegExp): string | undefined {
  const names = text.split(/[\s,]+/)
  return names.every((each) => name.test(each)) ? `[${names.join(', ')}]` : undefined
}

/** A scalar in a flow map, quoted if necessary. */
export function flowScalar(text: string): string {
  return /^[A-Za-z0-9_./-]+$/.test(text) ? text : JSON.stringify(text)
}
