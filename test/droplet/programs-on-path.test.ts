import { expect, test } from 'vitest'
import type { Sidecar } from '../../src/config/sidecar.ts'
import { removedAfterTest } from '../support/cleanup.ts'
import { plan, platformEnv, ShellDroplet, shell, sidecar, stage } from '../support/shell-droplet.ts'

function dropletOf(more: Partial<Sidecar>, executableDir?: string) {
  const staged = stage([
    [sidecar('scanner', { onPath: true, ...more }), { kind: 'executable', file: 'bin/scan' }],
    [sidecar('other'), shell('echo "$PATH"')],
  ]).map((each) => ({ ...each, ...(each.hasHome && executableDir && { executableDir }) }))
  const planned = plan(staged)
  const droplet = removedAfterTest(new ShellDroplet(planned))
  droplet.write('deps/0/sidecars/scanner/ls', '#!/bin/bash\necho own', 0o755)
  droplet.write('deps/0/sidecars/scanner/bin/scan', '#!/bin/bash\necho "scans, $PATH"', 0o755)
  const home = `${droplet.dir}/deps/0/sidecars/scanner`
  return { droplet, planned, home }
}

const PATH = '/usr/bin:/bin'

test.each(['web', 'worker', undefined])(
  'are found by a process or task of type %s, after its own',
  async (type) => {
    const { droplet, home } = dropletOf({}, 'bin')
    const env = { ...platformEnv(type), PATH }
    expect(
      (
        await droplet.run(
          'echo "$PATH"; scan; case $(command -v ls) in */scanner/*) ;; *) echo system ;; esac',
          env,
        )
      ).stdout,
    ).toBe(`${PATH}:${home}:${home}/bin\nscans, ${PATH}:${home}:${home}/bin\nsystem\n`)
  },
)

test('are there once, also when the script is sourced twice', async () => {
  const { droplet, home } = dropletOf({})
  const again = 'for each in ../profile.d/*; do . "$each"; done; echo "$PATH"'
  expect((await droplet.run(again, { ...platformEnv('web'), PATH })).stdout).toBe(`${PATH}:${home}\n`)
})

test('are not found by other sidecars', async () => {
  const { droplet, planned } = dropletOf({})
  const command = planned.launch[1]?.command ?? ''
  expect((await droplet.run(command, { ...platformEnv('web'), PATH })).stdout).toBe(`${PATH}\n`)
})

test('are not there without path: true', async () => {
  const { droplet } = dropletOf({ onPath: false })
  expect((await droplet.run('echo "$PATH"', { ...platformEnv('web'), PATH })).stdout).toBe(`${PATH}\n`)
})
