/** What the pages of docs/migration show before and after is the same to the platform. */
import { execFileSync } from 'node:child_process'
import { cpSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { load } from 'js-yaml'
import { beforeEach, describe, expect, it } from 'vitest'
import { readConfiguration } from '../../src/config/read.ts'
import { Problems } from '../../src/problems/problems.ts'
import { readAppManifest } from '../support/app-manifest.ts'
import { ROOT, temporaryFolder, writeFiles } from '../support/files.ts'
import { readPage } from '../support/markdown.ts'

let folder: string

beforeEach(() => {
  folder = temporaryFolder()
  write('app/Procfile', 'web: ./run\n')
})

const write = (path: string, text: string) => writeFiles(folder, { [path]: { text, mode: 0o755 } })

/** The sidecars as the platform gets them. */
function staged(...buildpacks: string[]): readonly { readonly [key: string]: unknown }[] {
  const command = join(ROOT, 'bin/sidecar-buildpack')
  const names = buildpacks.flatMap((each) => ['-b', each])
  execFileSync(process.execPath, [command, 'stage', 'app', ...names], { cwd: folder, stdio: 'pipe' })
  return JSON.parse(readFileSync(join(folder, 'staged/result.json'), 'utf8')).sidecars
}

describe('docs/migration/from-a-bash-buildpack.md', () => {
  const { blocks } = readPage('docs/migration/from-a-bash-buildpack.md')
  const textOf = (language: string) => blocks.find((each) => each.language === language)?.text ?? ''

  it('shows a script and a sidecars.yml that stage the same sidecar', () => {
    write('old/bin/supply', textOf('sh'))
    write('old/agent', '#!/bin/sh\n')
    const [before] = staged('./old', 'sidecar')
    cpSync(join(folder, 'old/agent'), join(folder, 'app/agent'))
    write('app/sidecars.yml', textOf('yaml'))
    const [after] = staged('sidecar')
    expect(before).toMatchObject({ name: 'agent', process_types: ['web'], memory: 64 })
    expect({ ...after, command: '' }).toEqual({ ...before, command: '' })
  })
})

describe('docs/migration/from-manifest-sidecars.md', () => {
  it('shows the same sidecars in the manifest and in sidecars.yml', () => {
    const [before, after] = readPage('docs/migration/from-manifest-sidecars.md').blocks
    const inManifest = readAppManifest(before?.text ?? '', 'manifest.yml', new Problems())?.sidecars ?? []
    const env = { SIDECARS_CONFIG: after?.text }
    const { sidecars } = readConfiguration({ appDir: folder, env }, new Problems()).configuration
    const ofBoth = ({ name, processTypes, command, memory }: Omit<(typeof inManifest)[number], 'place'>) => ({
      name: String(name),
      processTypes,
      command,
      memory,
    })
    expect(inManifest).toHaveLength(2)
    expect(sidecars.map((each) => ofBoth({ ...each, command: each.command ?? '' }))).toEqual(
      inManifest.map(ofBoth),
    )
  })
})

describe('docs/migration/from-orange-sidecars-buildpack.md', () => {
  it('says of each key of the example what becomes of it', () => {
    const path = 'docs/migration/from-orange-sidecars-buildpack.md'
    const theirs = readPage(path).blocks.find(({ mark }) => mark === 'sidecars-config.yml')?.text ?? ''
    const { sidecars } = load(theirs) as { sidecars: readonly object[] }
    const rows = [...readFileSync(join(ROOT, path), 'utf8').matchAll(/^\| `(\w+)` \|/gm)].map(
      ([, key]) => key,
    )
    expect(rows).toEqual(expect.arrayContaining([...new Set(sidecars.flatMap((each) => Object.keys(each)))]))
  })
})
