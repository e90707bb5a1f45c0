/**
 * V8's code caches for the phases, made by the Node.js in the package. Without them, half of a supply's time is spent on
 * compiling the same code at each staging (`npm run bench`). If that Node.js cannot run on this machine, the package
 * has no caches, and its scripts start slower.
 */
import { execFile } from 'node:child_process'
import {
  chmodSync,
  constants,
  copyFileSync,
  existsSync,
  mkdirSync,
  readFileSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { DEFAULT_STACK } from '../../platform/stacks.ts'
import { type PackagedFile, packagedBytes } from './zip-file.ts'

const PHASES = ['supply', 'finalize', 'detect', 'release'] as const
/** A typical app: the caches contain the functions that its staging calls. */
const SIDECARS = `sidecars:
  - {name: a, memory: 64M, source: {path: a}, args: [-v, $PORT], env: {A: b}}
processes: {web: ./run}
`

/**
 * bin/start-node.bash uses `--hash-seed` too: a cache requires equal options. The other option is exempt from that; it
 * stops background compilation, which makes the content of a cache depend on timing.
 */
const NODE_OPTIONS = ['--hash-seed=1', '--no-concurrent-sparkplug']

/** @param root of the buildpack, compiled @param scratch an existing folder @returns none where the Node.js cannot run */
export async function codeCaches(
  root: string,
  node: string,
  scratch: string,
): Promise<readonly PackagedFile[]> {
  const folder = join(scratch, 'code-caches')
  const app = join(folder, 'app')
  for (const each of [app, join(folder, 'deps', '0'), join(folder, 'profile.d')])
    mkdirSync(each, { recursive: true })
  writeFileSync(join(app, 'sidecars.yml'), SIDECARS)
  writeFileSync(join(app, 'a'), '#!/bin/sh\n')
  chmodSync(join(app, 'a'), 0o755)
  const program = runnable(node, folder)
  const caches: PackagedFile[] = []
  for (const phase of PHASES) {
    const out = join(folder, `${phase}.js.cache`)
    const args = [
      phase,
      folder,
      app,
      join(folder, 'cache'),
      join(folder, 'deps'),
      '0',
      join(folder, 'profile.d'),
    ]
    // release fails here on purpose: its exit status is 1.
    await promisify(execFile)(program, [...NODE_OPTIONS, join(root, 'dist', 'code-cache.cjs'), ...args], {
      env: { PATH: process.env.PATH, CF_STACK: DEFAULT_STACK },
    }).catch(() => undefined)
    if (existsSync(out)) caches.push(packagedBytes(`dist/${phase}.js.cache`, readFileSync(out)))
  }
  return caches
}

/** A downloaded binary may not be executable; a copy is, because the file itself belongs to the user. */
function runnable(node: string, folder: string): string {
  if ((statSync(node).mode & 0o111) !== 0) return node
  const copy = join(folder, 'node')
  copyFileSync(node, copy, constants.COPYFILE_FICLONE)
  chmodSync(copy, 0o755)
  return copy
}
