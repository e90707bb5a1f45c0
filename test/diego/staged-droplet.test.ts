import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readStagedDroplet } from '../../src/diego/staged-app.ts'
import { megabytes } from '../../src/platform/memory-size.ts'
import { temporaryFolder } from '../support/files.ts'

const work = temporaryFolder()

function droplet(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(work, 'droplet-'))
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(root, path, '..'), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  execFileSync('tar', ['-czf', `${root}.tgz`, '-C', root, '.'])
  return `${root}.tgz`
}

const sidecar = (name: string, command: string) =>
  `processes:\n- type: ${name}\n  command: ${command}\n  limits: {memory: 64}\n  platforms: {cloudfoundry: {sidecar_for: [web]}}\n`

test('reads sidecars and process types from a droplet without result', async () => {
  const staged = await readStagedDroplet(
    droplet({
      'staging_info.yml': '{"detected_buildpack":"","start_command":"from staging"}',
      'deps/0/launch.yml': sidecar('config-server', './first'),
      'deps/1/launch.yml': `${sidecar('config-server', './second')}- type: worker\n  command: ./work\n`,
      'deps/02/launch.yml': sidecar('lost', './padded'),
      'app/Procfile': 'clock: ./tick\n',
      'app/other/launch.yml': 'nonsense',
    }),
  )
  expect(staged.sidecars).toEqual([
    { name: 'config-server', processTypes: ['web'], command: './second', memory: megabytes(64) },
  ])
  expect(Object.fromEntries(staged.processes)).toEqual({
    web: 'from staging',
    worker: './work',
    clock: './tick',
  })
})

test('a droplet without data has a web process with the command in it', async () => {
  expect(await readStagedDroplet(droplet({ 'app/x': '' }))).toEqual({
    processes: new Map([['web', '']]),
    sidecars: [],
  })
})
