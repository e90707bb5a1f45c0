/** The buildpacks of the trials, made once for a test file, and the pipelines that are put together of them. */
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll } from 'vitest'
import { temporaryFolder } from '../../support/files.ts'
import { filesOfTheApp, javaParts } from './app.ts'
import type { Combination } from './combinations.ts'
import { type Member, type MemberName, members } from './members.ts'
import { packageOwn, packageSidecarBuildpack } from './packages.ts'
import { type Staged, stagePipeline } from './pipeline.ts'

export interface Trial {
  readonly staged: Staged
  /** Removes what staging made. */
  readonly remove: () => void
}

/** @returns stages a combination; `entries` are further ones of the app's sidecars.yml */
export function trials(): (combination: Combination, entries?: string) => Promise<Trial> {
  let work: string
  const packaged = new Map<MemberName, string>()
  let env: ReadonlyMap<string, string>
  let count = 0

  beforeAll(async () => {
    work = temporaryFolder()
    env = javaParts(work)
    packaged.set('sidecar', await packageSidecarBuildpack(work))
    for (const name of ['acme', 'globex', 'initech'] as const) {
      packaged.set(name, await packageOwn(work, name, members[name].sidecars[0]?.memory ?? 0))
    }
  })

  return async ({ pipeline, detected }, entries = '') => {
    const root = join(work, String(count++))
    mkdirSync(root)
    const buildpacks = pipeline.map((name, index) => {
      const member: Member = members[name]
      return { name: `${name} ${index}`, directory: member.folder ?? packaged.get(name) ?? '' }
    })
    const files = filesOfTheApp(detected ?? pipeline.at(-1), entries)
    const staged = await stagePipeline({ root, buildpacks, files, env, detect: detected !== undefined })
    return { staged, remove: () => rmSync(root, { recursive: true, force: true }) }
  }
}
