/**
 * What stands in for a language's buildpack that is not available: this machine's runtime, started as the buildpack starts the
 * app. It installs nothing and exists for `run` alone.
 */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PROCFILE } from '../platform/procfile.ts'
import finalize from './finalize.bash'
import { javaCommand } from './java.ts'
import { nodeCommand } from './node.ts'
import type { Release, StandInApp } from './stand-in-app.ts'

/** What the buildpack of a language does with an app. @returns a string: why that is not plain */
type Language = (app: StandInApp) => Promise<Release | string> | Release | string

const needsProcfile: Language = ({ app }) =>
  app.view.readText(PROCFILE) === undefined ? `the app has no ${PROCFILE}` : {}

/** By a part of the names under which foundations install the buildpacks. */
const LANGUAGES: readonly (readonly [RegExp, Language])[] = [
  [/java/i, javaCommand],
  [/node/i, nodeCommand],
  [/ruby|python|go|binary/i, needsProcfile],
]

/**
 * @param name of the buildpack in the manifest
 * @returns what the app is started with; a string: why nothing stands in
 */
export async function standInFor(name: string, app: StandInApp): Promise<Release | string> {
  const language = LANGUAGES.find(([pattern]) => pattern.test(name))?.[1]
  return language ? language(app) : 'nothing on this machine stands in for it'
}

/** Writes the stand-in as a buildpack. @returns its directory, in the one given */
export function writeStandIn({ web }: Release, parent: string): string {
  const directory = mkdtempSync(join(parent, 'stand-in-'))
  const types = web === undefined ? '{}' : `{ web: ${JSON.stringify(web)} }`
  const scripts = {
    detect: '#!/bin/sh\n',
    supply: '#!/bin/sh\n',
    finalize,
    release: `#!/bin/sh\ncat << 'END'\ndefault_process_types: ${types}\nEND\n`,
  }
  mkdirSync(join(directory, 'bin'))
  for (const [name, text] of Object.entries(scripts))
    writeFileSync(join(directory, 'bin', name), text, { mode: 0o755 })
  return directory
}
