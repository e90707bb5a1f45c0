import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '..')

/** Files by their path from the root. Imports of types and of late parts count as well. */
const files = new Map(
  ['src', 'test', 'bench', 'scripts']
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).map((file) =>
        join(folder, file),
      ),
    )
    .filter((file) => /\.m?[jt]s$/.test(file))
    .map((file) => {
      const text = readFileSync(join(root, file), 'utf8')
      return [file, { text, imports: importsOf(file, text), exports: exportsOf(text) }] as const
    }),
)
const sources = [...files].filter(([file]) => file.startsWith('src/'))
const imported = new Map(sources.map(([file, { imports }]) => [file, imports]))

/** The data of each stack, in a file that is loaded by the stack's name. */
const OF_EACH_STACK = 'stack'

describe('the sources', () => {
  it('import each other in no circle', () => {
    expect(sources.length).toBeGreaterThan(100)
    expect([...imported.keys()].filter((file) => reaches(file, file))).toEqual([])
  })

  it('import only from directories above theirs in the table of ARCHITECTURE.md', () => {
    const architecture = readFileSync(join(root, 'ARCHITECTURE.md'), 'utf8')
    const [table = ''] = /\| directory \| content \|[\s\S]*?\n\n/.exec(architecture) ?? []
    const order = [...table.matchAll(/^\| `([\w-]+)` \|/gm)].map(([, directory]) => directory ?? '')
    const directories = readdirSync(join(root, 'src'), { withFileTypes: true }).filter((each) =>
      each.isDirectory(),
    )
    expect(order.toSorted()).toEqual(directories.map(({ name }) => name).sort())
    const place = (file: string) => order.indexOf(file.split('/')[1] ?? '')
    const wrong = [...imported].flatMap(([file, others]) =>
      others.filter((other) => place(other) > place(file)).map((other) => `${file} imports ${other}`),
    )
    expect(wrong).toEqual([])
  })

  it('export each name once', () => {
    const names = sources.flatMap(([, { exports }]) => exports)
    const repeated = names.filter((name, at) => names.indexOf(name) < at)
    expect(new Set(repeated)).toEqual(new Set([OF_EACH_STACK]))
  })

  it('export only what another file imports', () => {
    const users = new Map(sources.map(([file]) => [file, [] as string[]]))
    for (const { imports, text } of files.values()) for (const each of imports) users.get(each)?.push(text)
    const unused = sources.flatMap(([file, { exports }]) =>
      exports
        .filter(
          (name) =>
            name !== OF_EACH_STACK &&
            !users.get(file)?.some((text) => new RegExp(`\\b${name}\\b`).test(text)),
        )
        .map((name) => `${file} exports ${name}`),
    )
    expect(unused).toEqual([])
  })
})

it('what tests of more than one directory use is in test/support', () => {
  const room = (file: string) => /^test\/(?:suites\/)?[\w-]+\//.exec(file)?.[0]
  const wrong = [...files].flatMap(([file, { imports }]) =>
    imports
      .filter((other) => room(file) && room(other) && room(other) !== room(file))
      .filter((other) => !/^test\/(?:support|data)\//.test(other))
      .map((other) => `${file} imports ${other}`),
  )
  expect(wrong).toEqual([])
})

it('ARCHITECTURE.md and CONTRIBUTING.md name files and directories that exist', () => {
  const text = ['ARCHITECTURE.md', 'CONTRIBUTING.md'].map((file) => readFileSync(join(root, file), 'utf8'))
  const named = text.join().matchAll(/`((?:[\w.-]+\/)+[\w.-]+|[\w.-]+\.(?:ts|bash|mjs|cjs))`/g)
  const paths = [...named].flatMap(([, path = '']) => (/^(?:dist|report)\//.test(path) ? [] : [path]))
  const sourcePaths = readdirSync(join(root, 'src'), { recursive: true, encoding: 'utf8' })
  const isThere = (path: string) =>
    existsSync(join(root, path)) ||
    sourcePaths.some((each) => [path, `${path}.ts`].some((end) => `/${each}`.endsWith(`/${end}`)))
  expect(paths.length).toBeGreaterThan(80)
  expect(paths.filter((path) => !isThere(path))).toEqual([])
})

function importsOf(file: string, text: string): readonly string[] {
  const paths = text.matchAll(/(?:from|import|import\()\s*'(\.[^']+)'/g)
  return [...paths].map(([, path = '']) => join(dirname(file), path))
}

function exportsOf(text: string): readonly string[] {
  const declared = text.matchAll(
    /^export (?:async )?(?:function\*?|const|class|abstract class|interface|type|enum) (\w+)/gm,
  )
  return [...declared].map(([, name = '']) => name)
}

function reaches(from: string, to: string): boolean {
  const seen = new Set<string>()
  for (const open = [from]; open.length > 0; ) {
    const next = (imported.get(open.pop() ?? '') ?? []).filter((each) => !seen.has(each))
    if (next.includes(to)) return true
    for (const each of next) seen.add(each)
    open.push(...next)
  }
  return false
}
