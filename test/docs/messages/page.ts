/** docs/reference/messages.md, made of the catalogue. */
import type { Message } from './catalogue.ts'

/** In the order of the page; the first that fits a file counts. */
const AREAS: readonly (readonly [string, RegExp])[] = [
  ['Reading sidecars.yml', /^config\/(?!rules)|^platform\/procfile/],
  ['Conflicts between entries, the app and other buildpacks', /^config\/rules|^phases\/inspect/],
  ['Sources', /^sources\/(?!executability|fetch|archives)/],
  ['Whether a file can run', /^sources\/exec/],
  ['Fetching and unpacking', /^sources/],
  ['Java', /^java|^zip|^phases\/java/],
  ['Other messages of staging', /^phases|^services/],
  ['At start, in the log of the app or the sidecar', /^droplet|^platform/],
  ['The app manifest', /^manifest\//],
  [
    '`stage` and `run`',
    /^lifecycle|^diego|^container|^cli\/(?:commands\/run|run-app|staging|app-inputs|planned-instance|services-file)/,
  ],
  ['`bundle`', /^packaging\/bundle|^cli\/commands\/bundle/],
  ['`vendor`', /^packaging\/vendor/],
  ["`package`, and a buildpack's own files", /^packaging|^buildpack|^cli\/commands\/package/],
  ['The other commands', /./],
]

const INTRODUCTION = `# Messages

<!-- Written by \`npm run docs\` from the sources. -->

Every message of the buildpack and of the command line. Words in capitals and \`…\` are placeholders for keys, names and
numbers. The second column is printed after a semicolon. [Messages by example](messages-by-example.md) shows the common
messages with their causes.
`

export function messagesPage(messages: readonly Message[]): string {
  const left = new Set(messages)
  const sections = AREAS.map(([title, paths]) => {
    const here = [...left].filter(({ path }) => paths.test(path))
    for (const each of here) left.delete(each)
    return `\n## ${title}\n\n| message | remedy |\n| --- | --- |\n${rows(here).join('\n')}\n`
  })
  return [INTRODUCTION, ...sections].join('')
}

function rows(messages: readonly Message[]): readonly string[] {
  const all = messages.map(
    ({ what, instead }) => `| ${code(what)} | ${instead === undefined ? '' : code(instead)} |`,
  )
  return [...new Set(all)].sort((a, b) => (bare(a) < bare(b) ? -1 : 1))
}

/** For sorting: without placeholders. */
const bare = (row: string) => row.toLowerCase().replace(/[^a-z ]/g, '')

/** A code span in a table. */
function code(text: string): string {
  const fence = text.includes('`') ? '``' : '`'
  const pad = text.startsWith('`') || text.endsWith('`') ? ' ' : ''
  return `${fence}${pad}${text.replaceAll('|', '\\|')}${pad}${fence}`
}
