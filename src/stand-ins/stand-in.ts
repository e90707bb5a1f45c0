/**
 * Replaces a language buildpack that is not available by this machine's runtime, with the buildpack's start command. It
 * installs nothing and is used by `run` only.
 */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PROCFILE } from '../platform/procfile.ts'
import finalize from './finalize.bash'
import { javaCommand } from './java.ts'
import { nodeCommand } from './node.ts'
import type { Release, StandInApp } from './stand-in-app.ts'
import { staticCommand } from './static.ts'

/** What a language's buildpack does with an app. @returns a string: why that is unclear */
type Language = (app: StandInApp) => Promise<Release | string> | Release | string

const needsProcfile: Language = ({ app }) =>
  app.view.readText(PROCFILE) === undefined ? `the app has no ${PROCFILE}` : {}

/** By a part of the usual names of the buildpacks. */
const LANGUAGES: readonly (readonly [RegExp, Language])[] = [
  [/java/i, javaCommand],
  [/node/i, nodeCommand],
  [/static/i, staticCommand],
  [/ruby|python|go|binary/i, needsProcfile],
]

/**
 * @param name of the buildpack in the manifest
 * @returns the start command of the app; a string: why there is no stand-in
 */
export async function standInFor(name: string, app: StandInApp): Promise<Release | string> {
  const language = LANGUAGES.find(([pattern]) => pattern.test(name))?.[1]
  return language ? language(app) : 'there is no stand-in for it on this machine'
}

/**
 * Writes the stand-in as a buildpack, whose manifest.yml has its language as that of a real one.
 * @param name of the buildpack it stands in for
 * @returns its directory, in the one given
 */
export function writeStandIn({ web, files = {} }: Release, name: string, parent: string): string {
  const directory = mkdtempSync(join(parent, 'stand-in-'))
  const types = web === undefined ? '{}' : `{ web: ${JSON.stringify(web)} }`
  const scripts = {
    detect: '#!/bin/sh\n',
    supply: '#!/bin/sh\n',
    finalize,
    release: `#!/bin/sh\ncat << 'END'\ndefault_process_types: ${types}\nEND\n`,
  }
  for (const each of ['bin', 'files']) mkdirSync(join(directory, each))
  writeFileSync(join(directory, 'manifest.yml'), `language: ${JSON.stringify(name)}\n`)
  for (const [file, text] of Object.entries(files)) writeFileSync(join(directory, 'files', file), text)
  for (const [file, text] of Object.entries(scripts))
    writeFileSync(join(directory, 'bin', file), text, { mode: 0o755 })
  return directory
}
