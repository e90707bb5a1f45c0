// Which files `npm run mutants` changes.
import { readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'

/** The rooms of src that decide what a droplet holds, or whether an app is refused. */
const ROOMS = ['config', 'droplet', 'java', 'phases', 'plan', 'manifest', 'lifecycle/launching']
/** Types and a style sheet have nothing to notice; the entry points run as built (npm run test:package). */
const LEFT_OUT = [
  'config/sidecar.ts',
  'droplet/staged-sidecar.ts',
  'plan/html/style.ts',
  ...['detect', 'edge', 'finalize', 'release', 'supply'].map((name) => `phases/main/${name}.ts`),
]

/**
 * The files by room, relative to src.
 * @param {string} src the directory
 * @param {readonly string[]} asked rooms, directories in them and files; none: all rooms
 * @returns {Record<string, string[]>}
 */
export function mutatedFiles(src, asked) {
  const paths =
    asked.length === 0 ? ROOMS : asked.map((each) => each.replace(/^src\//, '').replace(/\/$/, ''))
  const byRoom = {}
  for (const path of paths) {
    const room = ROOMS.find((each) => `${path}/`.startsWith(`${each}/`))
    if (room === undefined) throw new Error(`${path} is in none of the rooms ${ROOMS.join(', ')}`)
    const found = statSync(join(src, path), { throwIfNoEntry: false })
    if (!found) throw new Error(`src/${path} does not exist`)
    byRoom[room] = [...(byRoom[room] ?? []), ...(found.isDirectory() ? filesBelow(src, path) : [path])]
  }
  return byRoom
}

function filesBelow(src, directory) {
  return readdirSync(join(src, directory), { recursive: true })
    .filter((each) => each.endsWith('.ts'))
    .map((each) => `${directory}/${each}`)
    .filter((each) => !LEFT_OUT.includes(each))
    .sort()
}
