/** Where sidecars.yml goes in an archive, and what one says that is made here. */
import { basename, extname } from 'node:path'

/** Kinds of archive that have a place of their own for configuration files. */
export interface Layout {
  readonly isSpringBoot: boolean
  readonly isWar: boolean
}

const FILE = 'sidecars.yml'
const JAR_MEMORY = '256M'
const PROGRAM_MEMORY = '64M'
/** What the platform's own parts call process types: a sidecar of that name would replace them. */
const PROCESS_TYPES = ['web', 'worker', 'task']

/** Beside the other resources of the app, where its own build puts such a file. */
export function configPlace({ isSpringBoot, isWar }: Layout): string {
  if (isSpringBoot) return `BOOT-INF/classes/${FILE}`
  return isWar ? `WEB-INF/classes/${FILE}` : FILE
}

/** A configuration for one sidecar, to be edited. */
export function madeConfig(path: string): string {
  const stem = basename(path, extname(path)) || basename(path)
  const name = PROCESS_TYPES.includes(stem) ? `${stem}-sidecar` : stem
  const memory = path.endsWith('.jar') ? JAR_MEMORY : PROGRAM_MEMORY
  return `# Made by sidecar-buildpack bundle: name and memory are to be edited.
sidecars:
  - name: ${JSON.stringify(name)}
    memory: ${memory}
    source:
      path: ${JSON.stringify(path)}
`
}
