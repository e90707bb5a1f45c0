/**
 * Which files of an app `cf push` ignores: its own list, and `.cfignore` with the syntax of `.gitignore`.
 * Source: https://docs.cloudfoundry.org/devguide/deploy-apps/prepare-to-deploy.html#exclude and the CLI's list.
 * As with the CLI, a later `!pattern` includes a file even if its directory is ignored.
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

/** @param path relative to the app root, with `/`, without a trailing one */
export type IsIgnored = (path: string) => boolean

/** @param cfignore the text of the app's `.cfignore` */
export function ignoredByPush(cfignore = ''): IsIgnored {
  const rules = [...ALWAYS_IGNORED, ...cfignore.split('\n')].flatMap((line) => readRule(line) ?? [])
  return (path) =>
    rules.reduce((ignored, { matches, keeps }) => (matches.test(path) ? !keeps : ignored), false)
}

interface Rule {
  readonly matches: RegExp
  readonly keeps: boolean
}

function readRule(line: string): Rule | undefined {
  const written = line.replace(/\r$/, '').trim()
  if (written === '' || written.startsWith('#')) return undefined
  const keeps = written.startsWith('!')
  const pattern = (keeps ? written.slice(1) : written).replace(/^\\(?=[#!])/, '')
  const body = pattern.replace(/^\//, '').replace(/\/$/, '')
  if (body === '') return undefined
  const isAnchored = pattern.replace(/\/$/, '').includes('/')
  return { matches: new RegExp(`^${isAnchored ? '' : '(?:.*/)?'}${asRegExp(body)}(?:/.*)?$`, 's'), keeps }
}

function asRegExp(glob: string): string {
  const parts = glob.split(/(\*\*\/|\/\*\*$|\*+|\?|\[[^\]/]+\]|\\.)/)
  return parts
    .map((part) => {
      if (part === '**/') return '(?:.*/)?'
      if (part === '/**') return '/.*'
      if (/^\*+$/.test(part)) return '[^/]*'
      if (part === '?') return '[^/]'
      if (/^\[.+\]$/s.test(part)) return part.replace(/^\[!/, '[^').replaceAll('\\', '\\\\')
      return part.replace(/^\\(?=.)/, '').replace(/[.*+?^${}()|[\]\\]/g, '\\$&')
    })
    .join('')
}
