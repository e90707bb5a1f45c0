import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { Staging } from '../support/staging.ts'

let staging: Staging
const stage = (...given: ConstructorParameters<typeof Staging>) => {
  staging = new Staging(...given)
  return staging
}
afterEach(() => staging.remove())

const config = 'sidecars:\n  - {name: a, command: x}\nprocesses: {web: ./run, worker: ./work}\n'

describe('as the last buildpack', () => {
  it('declares every process, the Procfile winning, and every sidecar', async () => {
    stage({ 'sidecars.yml': config, Procfile: 'web: ./from-procfile\nclock: ./tick\n' })
    await staging.supply()
    staging.finalize()
    const process = { sidecarFor: [], memory: 0 }
    expect(staging.launchYml()).toEqual([
      { type: 'web', command: './from-procfile', ...process },
      { type: 'worker', command: './work', ...process },
      { type: 'clock', command: './tick', ...process },
      { type: 'a', command: 'x', sidecarFor: ['web'], memory: 0 },
    ])
  })

  it('lists the processes in the log, and not the sidecars', async () => {
    stage({ 'sidecars.yml': config })
    await staging.supply()
    const before = staging.lines.length
    staging.finalize()
    expect(staging.lines.slice(before)).toEqual(['       process web\n', '       process worker\n'])
  })

  describe('without a start command for web', () => {
    const WARNING =
      'No start command for process web; add a Procfile, add processes: {web: COMMAND} to sidecars.yml, or list your language buildpack after this one'

    it.each([
      ['warns', '', true],
      [
        'warns if an earlier buildpack has one for another process',
        'processes: [{type: worker, command: y}]',
        true,
      ],
      [
        'warns if it is only the name of a sidecar of an earlier buildpack',
        'processes: [{type: web, command: y, platforms: {cloudfoundry: {sidecar_for: [worker]}}}]',
        true,
      ],
      ['is silent if an earlier buildpack has one', 'processes: [{type: web, command: y}]', false],
    ])('%s', async (_, launchYml, warns) => {
      stage({ 'sidecars.yml': 'sidecars:\n  - {name: a, command: x}\n' }, ['0', '1'])
      staging.write(staging.deps, { '0/launch.yml': launchYml })
      await staging.supply({ index: '1' })
      staging.finalize({ index: '1' })
      expect(staging.lines.join('').includes(`**WARNING** ${WARNING}\n`)).toBe(warns)
    })
  })

  it('fills the profile dir for the buildpacks before it: scripts, PATH and LD_LIBRARY_PATH, later ones first', async () => {
    stage({ 'sidecars.yml': config }, ['0', '1', '2'])
    staging.write(staging.deps, {
      '0/bin/tool': '#!/bin/sh\necho zero\n',
      '1/bin/tool': '#!/bin/sh\necho one\n',
      '1/lib/x.so': '',
      '0/profile.d/a.sh': 'export A=1\n',
    })
    await staging.supply({ index: '2' })
    staging.finalize({ index: '2' })
    expect(staging.read('profile.d/0_a.sh')).toBe('export A=1\n')
    const script = `DEPS_DIR=${staging.deps} LD_LIBRARY_PATH=/old; . ${join(staging.profileDir, '000_multi-supply.sh')}; tool; echo $LD_LIBRARY_PATH`
    expect(execFileSync('bash', ['-c', script], { encoding: 'utf8' })).toBe(
      `one\n${staging.deps}/1/lib:/old\n`,
    )
  })

  it('brings the entries of the buildpacks before it where the platform does not read them (ten or more)', async () => {
    const indexes = Array.from({ length: 12 }, (_, i) => String(i).padStart(2, '0'))
    stage({ 'sidecars.yml': config }, indexes)
    const other =
      'processes:\n- {type: other, command: y, platforms: {cloudfoundry: {sidecar_for: [web]}}}\n- {type: web, command: z}\n'
    staging.write(staging.deps, { '03/launch.yml': other })
    await staging.supply({ index: '11' })
    staging.finalize({ index: '11' })
    expect(staging.launchYml('11').map(({ type, command }) => [type, command])).toEqual([
      ['other', 'y'],
      ['web', './run'],
      ['worker', './work'],
      ['a', 'x'],
    ])
  })

  it('writes launch.yml also where the platform looks for that of a detected buildpack', async () => {
    stage({ 'sidecars.yml': config })
    for (const hash of ['1', '2']) staging.layOutBuildpack(hash.repeat(32))
    await staging.supply()
    staging.finalize()
    expect(staging.read('deps/2/launch.yml')).toBe(staging.read('deps/0/launch.yml'))
  })
})
