/** Stages a recorded case, and puts what comes out beside what was recorded, in comparable form. */
import { execFileSync } from 'node:child_process'
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  realpathSync,
  rmSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Buildpack } from '../../../src/lifecycle/staging/buildpack.ts'
import { stageDroplet } from '../../../src/lifecycle/staging/stage-droplet.ts'
import { type RecordedFiles, writeRecordedFiles } from '../recorded-cases.ts'

export interface StagingCase {
  readonly title: string
  readonly app?: RecordedFiles
  readonly cache?: RecordedFiles
  readonly buildpacks: readonly { readonly name: string; readonly files: RecordedFiles }[]
  readonly detect?: true
  readonly env?: Readonly<Record<string, string>>
  readonly expected: StagedCase
}

interface StagedCase {
  readonly exit: number
  readonly stdout: string
  readonly stderr: string
  readonly result: unknown
  readonly droplet: unknown
}

export async function stageRecorded(recorded: StagingCase) {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'staging-')))
  try {
    const actual = await stage(recorded, root)
    return { actual: comparable(actual), expected: comparable(recorded.expected) }
  } finally {
    rmSync(root, { recursive: true, force: true })
  }
}

async function stage(recorded: StagingCase, root: string): Promise<StagedCase> {
  const path = (name: string) => join(root, name)
  for (const folder of ['app', 'work']) mkdirSync(path(folder), { mode: 0o755 })
  writeRecordedFiles(path('app'), recorded.app)
  writeRecordedFiles(path('cache'), recorded.cache)
  const buildpacks = recorded.buildpacks.map(({ name, files }, index): Buildpack => {
    writeRecordedFiles(path(`buildpacks/${index}`), files)
    return { name, directory: path(`buildpacks/${index}`) }
  })
  const [stdout, stderr]: [Buffer[], Buffer[]] = [[], []]
  const { exit } = await stageDroplet({
    buildDir: path('app'),
    buildpacks: buildpacks as [Buildpack, ...Buildpack[]],
    detect: recorded.detect ?? false,
    env: { PATH: process.env.PATH ?? '', LANG: 'C.UTF-8', ...recorded.env },
    cacheDir: path('cache'),
    output: {
      droplet: path('out/droplet.tgz'),
      result: path('out/result.json'),
    },
    workDir: path('work'),
    stdout: (chunk) => stdout.push(chunk),
    stderr: (chunk) => stderr.push(chunk),
  })
  const placeholders = (chunks: Buffer[]) =>
    buildpacks
      .reduce(
        (text, { name, directory }) => text.replaceAll(directory, `<root>/buildpacks/<${name}>`),
        Buffer.concat(chunks)
          .toString()
          .replaceAll(/\S*\/work\/contents\w+/g, '<contents>'),
      )
      .replaceAll(root, '<root>')
  return {
    exit,
    stdout: placeholders(stdout),
    stderr: placeholders(stderr),
    result: readResult(path('out/result.json')),
    droplet: listDroplet(path('out/droplet.tgz'), path('droplet')),
  }
}

function readResult(file: string): unknown {
  const text = existsSync(file) ? readFileSync(file, 'utf8') : 'null'
  return text === '' ? '' : JSON.parse(text)
}

export function listDroplet(archive: string, target: string): unknown {
  if (!existsSync(archive)) return null
  mkdirSync(target)
  execFileSync('tar', ['-xzpf', archive, '-C', target])
  const list: Record<string, unknown> = {}
  listFolder(target, '', list)
  return list
}

function listFolder(root: string, folder: string, list: Record<string, unknown>): void {
  for (const name of readdirSync(join(root, folder))) {
    const path = folder ? `${folder}/${name}` : name
    const stats = lstatSync(join(root, path))
    const mode = (stats.mode & 0o7777).toString(8).padStart(4, '0')
    if (stats.isSymbolicLink()) list[path] = { link: readlinkSync(join(root, path)) }
    else if (stats.isFIFO()) list[path] = { fifo: true, mode }
    else if (stats.isFile()) list[path] = { mode, text: readFileSync(join(root, path), 'utf8') }
    else {
      list[path] = { dir: true, mode }
      listFolder(root, path, list)
    }
  }
}

/** Processes in no order, since it is random on the platform; system errors and YAML errors by their start. */
export function comparable(staged: StagedCase) {
  const result = staged.result as { processes?: { type: string }[] } | null | ''
  return {
    ...staged,
    stderr: staged.stderr.replace(/yaml: (?!unmarshal).*/, 'yaml: …'),
    ...(result && {
      result: { ...result, processes: result.processes?.toSorted((a, b) => (a.type < b.type ? -1 : 1)) },
    }),
  }
}
