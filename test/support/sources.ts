/** Apps on the disk, and requests for the sources of their sidecars. */
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { Origin, Source } from '../../src/config/sidecar.ts'
import { describeProblem, Problems } from '../../src/problems/problems.ts'
import {
  type CheckedSource,
  checkSource,
  type SourceContext,
  type SourceRequest,
} from '../../src/sources/index.ts'
import { type Files, temporaryFolder, writeFiles } from './files.ts'

export interface TestApp {
  readonly root: string
  readonly app: string
  readonly into: string
  readonly context: SourceContext
  /** What was logged. */
  readonly lines: string[]
}

/** An app with these files, and beside it the folder that its sources are placed into. */
export function testApp(files: Files = {}, env: Readonly<Record<string, string>> = {}): TestApp {
  const root = temporaryFolder()
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
  return { root, app, into: join(root, 'deps', '0', 'sidecars', 'one'), context, lines }
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

/** @returns the checked source, and all problems as text */
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
