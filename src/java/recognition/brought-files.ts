/** Files of the app that only sidecars, agents and libraries use: the app runs without them. */
import { posix } from 'node:path'
import { APP_PLACES } from '../../config/locate.ts'
import type { Configuration, Source } from '../../config/sidecar.ts'
import type { Place } from '../../problems/problems.ts'

export interface BroughtFile {
  /** A file or directory, relative to the app root. */
  readonly path: string
  readonly place: Place | undefined
}

export function broughtFiles({ sidecars, java }: Configuration): readonly BroughtFile[] {
  const ofSources = [...sidecars, ...java.agents, ...java.libraries].flatMap(({ source, origin, place }) =>
    origin.kind === 'app' ? pathOf(source).map((path) => ({ path, place })) : [],
  )
  const ofCommands = sidecars.flatMap(({ command, source, place }) =>
    command !== undefined && !source ? programOf(command).map((path) => ({ path, place })) : [],
  )
  const configuration = APP_PLACES.map((path) => ({ path, place: undefined }))
  return [...ofSources, ...ofCommands, ...configuration]
}

function pathOf(source: Source | undefined): readonly string[] {
  if (source?.kind !== 'path') return []
  const path = posix.normalize(source.path).replace(/\/$/, '')
  return path === '.' ? [] : [path]
}

/** The program that a command starts, if it is a file of the app: `./bin/server --port 1`, `exec bin/server`. */
function programOf(command: string): readonly string[] {
  const word =
    /^\s*(?:exec\s+)?(["']?)(?:\$HOME\/|\$\{HOME\}\/|\/home\/vcap\/app\/)?([\w./@%+-]+)\1(?=\s|;|&|$)/.exec(
      command,
    )?.[2]
  if (!word?.includes('/')) return []
  const path = posix.normalize(word)
  return path.startsWith('/') || path.startsWith('..') ? [] : [path]
}
