/**
 * Which files of an app `cf push` ignores: its own list, and `.cfignore`.
 * Source: cloudfoundry/cli, `actor/sharedaction/resource.go`, and github.com/sabhiram/go-gitignore at 362f9845770f, which
 * makes a regular expression of each line. So it differs from git: `a/b` and `a/**` match at any depth, `?` and `[!` are
 * not special, other characters are special as in a regular expression, and a later `!pattern` includes a file even if
 * its directory is ignored.
 */
import { InputError } from '../../problems/problems.ts'
import { attempt } from '../../system/attempt.ts'

/** At any depth. */
const ALWAYS_IGNORED = [
  '.cfignore',
  '.DS_Store',
  '.git',
  '.gitignore',
  '.hg',
  '.svn',
  '_darcs',
  'manifest.yaml',
  'manifest.yml',
]

/** @param path relative to the app root, with `/`. The CLI passes a directory of an archive with a trailing one. */
export type IsIgnored = (path: string) => boolean

/**
 * @param cfignore the text of the app's `.cfignore`
 * @param app only in an archive, `.cfignore` can include files of the CLI's own list
 * @throws InputError for a line that is too long
 */
export function ignoredByPush(cfignore = '', app: 'directory' | 'archive' = 'directory'): IsIgnored {
  const own = cfignore.split('\n')
  const always = `(${ALWAYS_IGNORED.join('|')})`
  const lines = app === 'archive' ? [always, ...own] : [...own, always]
  const rules = lines.flatMap((line) => readRule(line) ?? [])
  return (path) =>
    rules.reduce((ignored, { matches, keeps }) => (matches.test(path) ? !keeps : ignored), false)
}

/** As a path (PATH_MAX of Linux). A longer line may be too much for a regular expression. */
const LONGEST_LINE = 4096

interface Rule {
  readonly matches: RegExp
  readonly keeps: boolean
}

function readRule(line: string): Rule | undefined {
  const written = withoutTrailing(withoutTrailing(line, '\r'), ' ').replace(/^ +/, '')
  if (written === '' || line.startsWith('#')) return undefined
  if (written.length > LONGEST_LINE) {
    throw new InputError(`.cfignore has a line of ${written.length} characters; use at most ${LONGEST_LINE}`)
  }
  const keeps = written.startsWith('!')
  const pattern = (keeps ? written.slice(1) : written).replace(/^[#!]/, '')
  const folder = pattern.search(/[^/+]\//)
  const isAnchored = pattern.startsWith('/') || (folder >= 0 && pattern.lastIndexOf('*.') >= folder + 2)
  const matches = asRegExp(isAnchored ? pattern.replace(/^\/?/, '/') : pattern)
  return matches && { matches, keeps }
}

/** A loop, because `/ +$/` takes quadratic time. */
function withoutTrailing(text: string, character: string): string {
  let end = text.length
  while (text[end - 1] === character) end--
  return text.slice(0, end)
}

/** In the order in which the CLI replaces them. Several `*` are replaced together, because they would backtrack. */
const GLOBS = [
  ['/**/', '(/|/[^\\n]+/)'],
  ['**/', '(|[^\\n]*/)'],
  ['/**', '(|/[^\\n]*)'],
  ['\\*', '\\*'],
  [/\*+/, '([^/]*)'],
  ['.', '\\.'],
  ['?', '\\?'],
] as const

/** @returns undefined for an invalid expression, whose line the CLI skips */
function asRegExp(pattern: string): RegExp | undefined {
  const body = withoutGlobs(pattern.replace(/^\/(?=\*\*\/)/, ''))
  const start = body.startsWith('/') ? '^(|/)' : '^(|[^\\n]*/)'
  const end = body.endsWith('/') ? '(|[^\\n]*)$' : '(|/[^\\n]*)$'
  if ([...body.matchAll(/\\([\s\S])/g)].some(([, escaped = '']) => !ESCAPABLE.test(escaped))) return undefined
  const fast = /[\\^$+()[\]{}|]/.test(pattern) ? body : onlyFirstMatches(body)
  return attempt(() => new RegExp(`${start}${fast.replace(/^\//, '')}${end}`))
}

/**
 * Between two `*`, the first place of a text is enough: the second `*` matches the rest. Go's expressions never backtrack;
 * without this, `*a*a*a*a*b` takes minutes for a long name.
 */
function onlyFirstMatches(body: string): string {
  let count = 0
  return body.replace(
    /\(\[\^\/\]\*\)([^(]+)(?=\(\[\^\/\]\*\))/g,
    (_, text: string) => `(?=(?<s${++count}>[^/]*?${text}))\\k<s${count}>`,
  )
}

/** The characters that Go accepts after a backslash, without those that match no file name. */
const ESCAPABLE = /^[bBdDfnrsStvwW!-/:-@[-`{-~ \t]$/

function withoutGlobs(
  pattern: string,
  globs: readonly (readonly [string | RegExp, string])[] = GLOBS,
): string {
  const [glob, ...others] = globs
  if (!glob) return pattern
  return pattern
    .split(glob[0])
    .map((part) => withoutGlobs(part, others))
    .join(glob[1])
}
