/** Independent readers of archives: each says what is in it, entry by entry, or that it does not take it. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { ROOT } from '../../support/files.ts'
import { installed } from '../../support/programs.ts'

const here = dirname(fileURLToPath(import.meta.url))
export const cache = join(ROOT, '.cache/bundle')
const MOST_OUTPUT = 1 << 29

/** By path: a line for every entry (name, method, size, digest), or `ERROR …` alone. */
export type Verdicts = ReadonlyMap<string, readonly string[]>

export interface Judge {
  readonly name: string
  readonly isThere: boolean
  judge(paths: readonly string[]): Verdicts
}

mkdirSync(cache, { recursive: true })
const goJudge = join(cache, 'judge-go')
const hasGo = installed('go')
if (hasGo) execFileSync('go', ['build', '-o', goJudge, '.'], { cwd: join(here, 'judges/go'), stdio: 'pipe' })
const javaJudges = join(cache, 'judges-java')
const hasJava = installed('javac')
if (hasJava) {
  const sources = ['Judge.java', 'JarTool.java'].map((each) => join(here, 'judges', each))
  execFileSync('javac', ['-d', javaJudges, ...sources], { stdio: 'pipe' })
}
const java = ['java', '-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-cp', javaJudges]

export const judges: readonly Judge[] = [
  telling('java.util.zip', hasJava, [...java, 'Judge']),
  telling('jar tf', hasJava, [...java, 'JarTool']),
  telling('Python zipfile', installed('python3'), ['python3', join(here, 'judges/judge.py')]),
  telling('Go archive/zip', hasGo, [goJudge]),
  testing('unzip -t', installed('unzip'), (path) => ['unzip', '-tqq', path]),
  testing('zipinfo -v', installed('zipinfo') || installed('unzip'), (path) => ['zipinfo', '-v', path]),
  testing('7z t', installed('7z'), (path) => ['7z', 't', '-bso0', '-p', path]),
]

/** Makes an archive as Go does. */
export function goArchive(archive: string, folder: string): void {
  execFileSync(goJudge, [archive, folder], { stdio: 'pipe' })
}

/** One process for all, which prints `FILE path` and then what it found. */
function telling(name: string, isThere: boolean, [command = '', ...args]: readonly string[]): Judge {
  return {
    name,
    isThere,
    judge(paths) {
      const verdicts = new Map<string, string[]>()
      const out = execFileSync(command, args, {
        input: `${paths.join('\n')}\n`,
        maxBuffer: MOST_OUTPUT,
        // A reader's stack traces say no more than its ERROR lines.
        stdio: ['pipe', 'pipe', 'ignore'],
      }).toString()
      let entries: string[] = []
      for (const line of out.trimEnd().split('\n')) {
        if (!line.startsWith('FILE ')) {
          entries.push(line)
          continue
        }
        entries = []
        verdicts.set(line.slice('FILE '.length), entries)
      }
      return verdicts
    },
  }
}

/** A process for each, whose status tells: a warning (1) is worse than nothing, and an error than a warning. */
function testing(name: string, isThere: boolean, argv: (path: string) => readonly string[]): Judge {
  return {
    name,
    isThere,
    judge: (paths) =>
      new Map(
        paths.map((path) => {
          const [command = '', ...args] = argv(path)
          const { status } = spawnSync(command, args, {
            stdio: 'ignore',
            env: { ...process.env, LC_ALL: 'C.UTF-8' },
          })
          return [path, status === 0 ? [] : [`ERROR status ${status}`]]
        }),
      ),
  }
}

/**
 * What a judge has against an archive that it took before: an entry that was there is not, or is another, or more has
 * come than was added.
 * @param dropped entries of `before` that were replaced
 */
export function objections(
  judge: Judge,
  before: readonly string[],
  after: readonly string[],
  added: number,
): string | undefined {
  const status = (lines: readonly string[]) => Number(/^ERROR status (\d+)/.exec(lines[0] ?? '')?.[1] ?? 0)
  if (status(after) > status(before)) return `${judge.name}: ${before[0] ?? 'fine'} became ${after[0]}`
  const isRefused = (lines: readonly string[]) => lines[0]?.startsWith('ERROR') === true
  if (isRefused(before)) return undefined
  if (isRefused(after)) return `${judge.name} took the old archive and not the new one: ${after[0]}`
  const isTold = before.length > 0 || after.length > 0
  if (!isTold) return undefined
  for (const [index, line] of before.entries()) {
    if (after[index] !== line) return `${judge.name}: ${line} became ${after[index]}`
  }
  return after.length === before.length + added
    ? undefined
    : `${judge.name}: ${after.length} entries instead of ${before.length} + ${added}`
}
