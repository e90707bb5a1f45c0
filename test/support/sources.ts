/** Apps on the disk, and requests for their sources, for the tests of this folder. */
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import type { Origin, Source } from '../../src/config/sidecar.ts'
import { describeProblem, Problems } from '../../src/problems/problems.ts'
import {
  type CheckedSource,
  checkSource,
  type SourceContext,
  type SourceRequest,
} from '../../src/sources/index.ts'

export type Files = Readonly<
  Record<string, string | Buffer | { link: string } | { text: string; mode: number }>
>

export interface TestApp {
  readonly root: string
  readonly app: string
  readonly into: string
  readonly context: SourceContext
  /** What was logged. */
  readonly lines: string[]
  remove(): void
}

/** A folder with `app` (filled) beside the place that sources are put into. */
export function testApp(files: Files, env: Readonly<Record<string, string>> = {}): TestApp {
  const root = mkdtempSync(join(tmpdir(), 'sources-'))
  const app = join(root, 'app')
  mkdirSync(app)
  writeFiles(app, files)
  const lines: string[] = []
  const say = (text: string) => void lines.push(text)
  const log = { step: say, info: say, note: say, warning: say, error: say, output: say, debug: () => {} }
  const context = {
    appDir: app,
    buildpackDir: join(root, 'buildpack'),
    cacheDir: join(root, 'cache'),
    stack: 'cflinuxfs4',
    env,
    log,
    clock: () => new Date('2026-11-01T12:00:00Z'),
  }
  return {
    root,
    app,
    into: join(root, 'deps', '0', 'sidecars', 'one'),
    context,
    lines,
    remove: () => rmSync(root, { recursive: true, force: true }),
  }
}

export function writeFiles(folder: string, files: Files): void {
  for (const [path, content] of Object.entries(files)) {
    const to = join(folder, path)
    mkdirSync(dirname(to), { recursive: true })
    if (typeof content === 'object' && 'link' in content) symlinkSync(content.link, to)
    else if (typeof content === 'object' && 'mode' in content) {
      writeFileSync(to, content.text)
      chmodSync(to, content.mode)
    } else writeFileSync(to, content)
  }
}

type SourceWithoutPlace = Source extends infer Each
  ? Each extends Source
    ? Omit<Each, 'place'>
    : never
  : never

export function request(
  source: SourceWithoutPlace,
  use: SourceRequest['use'] = 'run',
  origin: Origin = { kind: 'app' },
): SourceRequest {
  const place = { file: 'sidecars.yml', line: 3, column: 5 }
  return { source: { ...source, place } as Source, origin, use, owner: 'one' }
}

export function pathRequest(
  path: string,
  executable?: string,
  use: SourceRequest['use'] = 'run',
): SourceRequest {
  return request({ kind: 'path', path, ...(executable !== undefined && { executable }) }, use)
}

/** The check's outcome: a checked source, and everything that was said. */
export async function check(
  app: TestApp,
  asked: SourceRequest,
): Promise<{ checked?: CheckedSource; said: string }> {
  const problems = new Problems()
  const checked = await checkSource(asked, app.context, problems)
  const said = problems
    .sorted()
    .map((each) => `${each.severity}: ${describeProblem(each)}`)
    .join('\n')
  return { said, ...(checked && { checked }) }
}

export async function checked(app: TestApp, asked: SourceRequest): Promise<CheckedSource> {
  const result = await check(app, asked)
  if (!result.checked) throw new Error(result.said)
  return result.checked
}

/** `path mode content` or `path -> target` of everything in a folder. */
export function listing(folder: string, below = ''): string[] {
  return readdirSync(join(folder, below))
    .sort()
    .flatMap((name) => {
      const path = below === '' ? name : `${below}/${name}`
      const stats = lstatSync(join(folder, path))
      if (stats.isSymbolicLink()) return [`${path} -> ${readlinkSync(join(folder, path))}`]
      const mode = (stats.mode & 0o7777).toString(8)
      if (stats.isDirectory()) return [`${path}/ ${mode}`, ...listing(folder, path)]
      return [
        `${path} ${mode} ${stats.size <= 200 ? readFileSync(join(folder, path), 'latin1').trim() : `${stats.size} bytes`}`,
      ]
    })
}
