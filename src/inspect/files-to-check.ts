/** The files that `checkApp` reads in addition to the configuration; of an archive, only these are unpacked. */
import { posix } from 'node:path'
import type { Configuration, Sidecar } from '../config/sidecar.ts'

/** Files that staging reads of every app. */
export const READ_BY_STAGING: readonly string[] = ['META-INF/MANIFEST.MF', 'Procfile']

/** The mode that `cf push` gives every file of an archive. */
export const PUSHED_MODE = 0o744

/** Paths relative to the app root. */
interface FilesToCheck {
  /** Files and whole directories: sources, and programs that commands start. */
  readonly files: readonly string[]
  /** Directories in which sidecars run. */
  readonly directories: readonly string[]
}

export function filesToCheck({ sidecars, java }: Configuration): FilesToCheck {
  const sources = [...sidecars, ...java.agents, ...java.libraries].flatMap(({ source }) =>
    normalised(source?.kind === 'path' ? source.path : undefined),
  )
  return {
    files: [...sources, ...sidecars.flatMap((each) => startedFile(each) ?? [])],
    directories: sidecars.flatMap(({ workingDir }) => normalised(workingDir)),
  }
}

/**
 * A relative path with a slash as the command's first word, without anything that a shell would expand. Not `\p{L}`: every
 * start would take 2 ms to compile it.
 */
const FIRST_WORD =
  /^[ \t\n]*(?:exec[ \t]+)?((?:\.{1,2}\/|[\w\x80-\uffff@+-][\w\x80-\uffff.@+-]*\/)[\w\x80-\uffff.@+/-]*)(?=[ \t\n]|$)/

/** The file of the app that a sidecar's command starts, relative to the app root; undefined if unknown. */
export function startedFile({
  command,
  workingDir,
}: Pick<Sidecar, 'command' | 'workingDir'>): string | undefined {
  const word = FIRST_WORD.exec(command ?? '')?.[1]
  if (word === undefined) return undefined
  const path = posix.normalize(posix.join(workingDir ?? '', word))
  return path.startsWith('..') ? undefined : path
}

function normalised(path: string | undefined): readonly string[] {
  const normal = path === undefined ? '.' : posix.normalize(path).replace(/\/$/, '')
  return normal === '.' ? [] : [normal]
}

/** Whether an entry of an archive is one of these files, or below one. */
export function isAmong(path: string, files: readonly string[]): boolean {
  return files.some((each) => path === each || path.startsWith(`${each}/`))
}

/** Whether the name of an entry can be a path below a directory. */
export function staysInside(path: string): boolean {
  return !path.startsWith('/') && !path.includes('\\') && !path.split('/').includes('..')
}
