import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { load } from 'js-yaml'
import { beforeAll, describe, expect, it } from 'vitest'
import { parseManifest } from '../../src/buildpack/manifest.ts'
import { main } from '../../src/cli/main.ts'
import { parseServices } from '../../src/cli/services-file.ts'
import { readConfiguration } from '../../src/config/read.ts'
import { describeProblem, Problems } from '../../src/problems/problems.ts'
import { readAppManifest } from '../support/app-manifest.ts'
import { ROOT, temporaryFolder } from '../support/files.ts'
import { type Block, type Page, pages } from '../support/markdown.ts'

const all = pages()
const blocks = (language: string) =>
  all.flatMap((page) => page.blocks).filter((each) => each.language === language)

let emptyApp: string
beforeAll(() => {
  emptyApp = temporaryFolder()
})

describe('the pages', () => {
  const byPath = new Map(all.map((page) => [page.path, page]))

  it.each(all.map((page) => [page.path, page] as const))('%s: each link leads somewhere', (_, page) => {
    expect(page.links.filter((link) => !leads(link, byPath))).toEqual([])
  })

  it('are all named in docs/README.md', () => {
    const named = new Set(byPath.get('docs/README.md')?.links.map(({ path }) => path))
    const inDocs = [...byPath.keys()].filter((path) => path.startsWith('docs/') && path !== 'docs/README.md')
    expect(inDocs.filter((path) => !named.has(path))).toEqual([])
  })
})

function leads({ path, fragment }: Page['links'][number], byPath: ReadonlyMap<string, Page>): boolean {
  const page = byPath.get(path)
  return page ? fragment === '' || page.anchors.has(fragment) : existsSync(join(ROOT, path))
}

/** What is wrong with a YAML block, read as what it is: sidecars.yml, an app manifest or a buildpack's. */
function problemsOf({ text, mark }: Block): readonly string[] {
  const problems = new Problems()
  if (/^applications:/m.test(text)) readAppManifest(text, 'manifest.yml', problems)
  else if (/^dependencies:/m.test(text)) parseManifest(text, 'manifest.yml', problems)
  else readConfiguration({ appDir: emptyApp, env: { SIDECARS_CONFIG: text } }, problems)
  const said = problems.sorted().map(describeProblem)
  return mark === 'override' ? said.filter((each) => !/neither command nor source/.test(each)) : said
}

describe('the YAML blocks', () => {
  const ours = blocks('yaml').filter(({ mark }) => !/^(?:sidecars-config\.yml|wrong|workflow)/.test(mark))

  it.each(ours.map((block) => [block.at, block] as const))('%s is right', (_, block) => {
    expect(problemsOf(block)).toEqual([])
  })

  it('with the mark of another buildpack are YAML', () => {
    const theirs = blocks('yaml').filter(({ mark }) => mark === 'sidecars-config.yml')
    expect(theirs.map(({ text }) => Object.keys(load(text) as object))).toEqual([['sidecars']])
  })
})

describe('the blocks of bound services', () => {
  const services = blocks('json').filter(({ mark }) => mark === 'services.json')

  it.each(services.map((block) => [block.at, block] as const))('%s is right', (_, { text }) => {
    expect(parseServices(text, 'services.json').names).not.toEqual([])
  })
})

describe('the shell blocks', () => {
  const scripts: Readonly<Record<string, string>> = JSON.parse(
    readFileSync(join(ROOT, 'package.json'), 'utf8'),
  ).scripts
  const lines = blocks('sh').flatMap(({ at, text }) =>
    text
      .replace(/\\\n/g, ' ')
      .split('\n')
      .map((line) => [at, line.trim()] as const),
  )

  it.each(lines.filter(([, line]) => line.startsWith('sidecar-buildpack ')))(
    '%s: `%s` has a command and options that exist',
    async (_, line) => {
      const unquoted = line.replace(/'[^']*'/g, 'QUOTED')
      const [, command = '', ...words] = (unquoted.split(/ [#|>] ?/)[0] ?? '').split(/\s+/)
      const options = words.filter((each) => each.startsWith('-')).map((each) => each.split('=')[0] ?? '')
      const help = await helpOf(command)
      expect(help).toContain(`Usage: sidecar-buildpack ${command} `)
      expect(
        options.filter((each) => !new RegExp(`^ .*(?<![\\w-])${each}(?![\\w-])`, 'm').test(help)),
      ).toEqual([])
    },
  )

  it.each(lines.filter(([, line]) => /^npm run /.test(line)))(
    '%s: `%s` is a script of package.json',
    (_, line) => {
      expect(Object.keys(scripts)).toContain(line.split(/\s+/)[2])
    },
  )
})

async function helpOf(command: string): Promise<string> {
  let help = ''
  const line = { env: {}, cwd: ROOT, err: () => {}, isTerminal: false }
  await main([command, '--help'], { ...line, out: (text) => (help += text) })
  return help
}
