/**
 * Which files of an app `cf push` ignores: its own list, and `.cfignore`.
 * Source: cloudfoundry/cli, `actor/sharedaction/resource.go`, and github.com/sabhiram/go-gitignore at 362f9845770f, which
 * makes a regular expression of each line. So it differs from git: `a/b` and `a/**` match at any depth, `?` and `[!` are
 * not special, other characters are special as in a regular expression, and a later `!pattern` includes a file even if
 * its directory is ignored.
 */

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
 */
export function ignoredByPush(cfignore = '', app: 'directory' | 'archive' = 'directory'): IsIgnored {
  const own = cfignore.split('\n')
  const always = `(${ALWAYS_IGNORED.join('|')})`
  const lines = app === 'archive' ? [always, ...own] : [...own, always]
  const rules = lines.flatMap((line) => readRule(line) ?? [])
  return (path) =>
    rules.reduce((ignored, { matches, keeps }) => (matches.test(path) ? !keeps : ignored), false)
}

interface Rule {
  readonly matches: RegExp
  readonly keeps: boolean
}

function readRule(line: string): Rule | undefined {
  const written = line.replace(/\r+$/, '').replaceAll(/^ +| +$/g, '')
  if (written === '' || line.startsWith('#')) return undefined
  const keeps = written.startsWith('!')
  const pattern = (keeps ? written.slice(1) : written).replace(/^[#!]/, '')
  const isAnchored = pattern.startsWith('/') || /[^/+]\/.*\*\./s.test(pattern)
  const matches = asRegExp(isAnchored ? pattern.replace(/^\/?/, '/') : pattern)
  return matches && { matches, keeps }
}

/** In the order in which the CLI replaces them. */
const GLOBS = [
  ['/**/', '(/|/[^\\n]+/)'],
  ['**/', '(|[^\\n]*/)'],
  ['/**', '(|/[^\\n]*)'],
  ['\\*', '\\*'],
  ['*', '([^/]*)'],
  ['.', '\\.'],
  ['?', '\\?'],
] as const

/** @returns undefined for an invalid expression, whose line the CLI skips */
function asRegExp(pattern: string): RegExp | undefined {
  const body = withoutGlobs(pattern.replace(/^\/(?=\*\*\/)/, ''))
  const start = body.startsWith('/') ? '^(|/)' : '^(|[^\\n]*/)'
  const end = body.endsWith('/') ? '(|[^\\n]*)$' : '(|/[^\\n]*)$'
  if ([...body.matchAll(/\\([\s\S])/g)].some(([, escaped = '']) => !ESCAPABLE.test(escaped))) return undefined
  try {
    return new RegExp(`${start}${body.replace(/^\//, '')}${end}`)
  } catch {
    return undefined
  }
}

/** The characters that Go accepts after a backslash, without those that match no file name. */
const ESCAPABLE = /^[bBdDfnrsStvwW!-/:-@[-`{-~ \t]$/

function withoutGlobs(pattern: string, globs: readonly (readonly [string, string])[] = GLOBS): string {
  const [glob, ...others] = globs
  if (!glob) return pattern
  return pattern
    .split(glob[0])
    .map((part) => withoutGlobs(part, others))
    .join(glob[1])
}
