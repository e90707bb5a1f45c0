/** The project's pages as its tests need them: code blocks, links, headings. */
import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
import { ROOT } from './files.ts'

export interface Block {
  /** Relative to the project's root, with the line of the fence: `docs/README.md:7`. */
  readonly at: string
  readonly language: string
  /** What stands behind the language. */
  readonly mark: string
  readonly text: string
}

export interface Page {
  /** Relative to the project's root. */
  readonly path: string
  readonly blocks: readonly Block[]
  /** Relative ones, as paths from the project's root, with their fragment. */
  readonly links: readonly { readonly path: string; readonly fragment: string }[]
  /** Headings as links name them. */
  readonly anchors: ReadonlySet<string>
}

/** docs/ and the pages beside it. */
export function pages(): readonly Page[] {
  const inDocs = readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' }).map(
    (path) => `docs/${path}`,
  )
  return [...readdirSync(ROOT), ...inDocs].filter((path) => path.endsWith('.md')).map(readPage)
}

export function readPage(path: string): Page {
  const text = readFileSync(join(ROOT, path), 'utf8')
  const blocks: Block[] = []
  const prose = text.replace(
    /^( *)```(\S*)[ ]?(.*)\n([\s\S]*?)^\1```$/gm,
    (whole, indent: string, language: string, mark: string, content: string, offset: number) => {
      const line = text.slice(0, offset).split('\n').length
      const dedented = content.replace(new RegExp(`^${indent}`, 'gm'), '')
      blocks.push({ at: `${path}:${line}`, language, mark, text: dedented })
      return whole.replace(/[^\n]/g, '')
    },
  )
  const links = [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, target = '']) => target)
    .filter((target) => !/^[a-z]+:/.test(target))
    .map((target) => {
      const [file = '', fragment = ''] = target.split('#')
      return { path: file === '' ? path : relative(ROOT, join(ROOT, dirname(path), file)), fragment }
    })
  return {
    path,
    blocks,
    links,
    anchors: new Set([...prose.matchAll(/^#+ (.*)$/gm)].map(([, title = '']) => anchor(title))),
  }
}

/** As GitHub and GitLab make them. */
function anchor(title: string): string {
  return title
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, '')
    .replace(/\s/g, '-')
}
