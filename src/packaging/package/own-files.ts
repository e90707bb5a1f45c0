/** The files of this project in every package. */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { BUILT_IDENTITY } from '../../buildpack/built-identity.ts'
import { InputError } from '../../problems/problems.ts'
import { type PackagedFile, packagedFile } from './zip-file.ts'

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
  const entry = (name: string, executable = false) => packagedFile(name, join(root, name), executable)
  return [
    ...SCRIPTS.map((name) => entry(`bin/${name}`, true)),
    entry('bin/start-node.bash'),
    ...compiled.map((name) => entry(name)),
    ...(withPapers
      ? PAPERS.filter((name) => existsSync(join(root, name))).map((name) => entry(name))
      : [packagedFile('dist/LICENSE', join(root, 'LICENSE'))]),
  ]
}
