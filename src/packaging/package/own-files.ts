/** The files of this project in every package. */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { BUILT_IDENTITY } from '../../buildpack/built-identity.ts'
import { InputError } from '../../problems/problems.ts'
import type { PackagedFile } from './zip-file.ts'

/** Paths of Node.js in the package. */
export const RUNTIME_FILE = 'runtime/node'
export const RUNTIME_LICENCE = 'runtime/LICENSE'

const SCRIPTS = ['detect', 'supply', 'finalize', 'release', 'sidecar-buildpack'] as const
const PHASES = SCRIPTS.slice(0, 4).map((phase) => `dist/${phase}.cjs`)
/** Only in the package of the project itself: in your own buildpack, the root is yours. */
const PAPERS = ['LICENSE', 'README.md', 'SECURITY.md', 'CHANGELOG.md'] as const

/** @throws InputError when the buildpack is not compiled */
export function ownFiles(root: string, { withPapers }: { withPapers: boolean }): readonly PackagedFile[] {
  const missing = [...PHASES, 'dist/cli.cjs'].filter((file) => !existsSync(join(root, file)))
  if (missing.length > 0) {
    throw new InputError(`${missing.join(', ')} not found; run npm run build in ${root} first`)
  }
  const compiled = readdirSync(join(root, 'dist'), { recursive: true, withFileTypes: true })
    .filter((each) => each.isFile())
    .map((each) => join(each.parentPath, each.name))
    .map((path) => path.slice(root.length + 1).replaceAll('\\', '/'))
    .filter((path) => path !== BUILT_IDENTITY && !path.endsWith('.cache'))
  return [
    ...SCRIPTS.map((name) => entry(root, `bin/${name}`, true)),
    entry(root, 'bin/start-node.bash', false),
    ...compiled.map((name) => entry(root, name, false)),
    ...(withPapers
      ? PAPERS.filter((name) => existsSync(join(root, name))).map((name) => entry(root, name, false))
      : [{ ...entry(root, 'LICENSE', false), name: 'dist/LICENSE' }]),
  ]
}

function entry(root: string, name: string, executable: boolean): PackagedFile {
  return { name, executable, content: { file: join(root, name) } }
}
