import { afterEach, describe, expect, it } from 'vitest'
import { Staging } from '../support/staging.ts'

let staging: Staging
afterEach(() => staging.remove())

const INDEXES = Array.from({ length: 12 }, (_, i) => String(i).padStart(2, '0'))
const sidecar = (name: string) =>
  `- {type: ${name}, command: y, platforms: {cloudfoundry: {sidecar_for: [web]}}}\n`
const launchYml = (...names: readonly string[]) => `processes:\n${names.map(sidecar).join('')}`

/** What supply warns of as `index` of twelve, or of as many as are named. */
async function warnings(files: Readonly<Record<string, string>>, index: string, indexes = INDEXES) {
  staging = new Staging({ 'sidecars.yml': 'sidecars:\n  - {name: a, command: x}\n' }, indexes)
  staging.write(staging.deps, files)
  await staging.supply({ index })
  return staging.lines.filter((line) => line.includes('WARNING')).join('')
}

const warning = (buildpack: string, names: string) =>
  `       **WARNING** with ten or more buildpacks, Cloud Foundry does not read the launch.yml of ${buildpack}, so its sidecars (${names}) do not run; list this buildpack last, use fewer than ten, or declare the sidecars in the app's manifest.yml\n`

describe('sidecars of a buildpack whose launch.yml the platform does not read', () => {
  it('are named in a warning with what to do, when ours is not the last of ten or more', async () => {
    const said = await warnings(
      {
        '03/config.yml': 'name: acme\nversion: "1"\nconfig: {}\n',
        '03/launch.yml': `${launchYml('agent', 'shipper')}- {type: worker, command: z}\n`,
        '05/launch.yml': launchYml('guard'),
      },
      '07',
    )
    expect(said).toBe(warning('acme', 'agent, shipper') + warning('number 5', 'guard'))
  })

  it('are brought by ours as the last one: no warning', async () => {
    expect(await warnings({ '03/launch.yml': launchYml('agent') }, '11')).toBe('')
  })

  it('are read with nine buildpacks: no warning', async () => {
    const nine = Array.from({ length: 9 }, (_, i) => String(i))
    expect(await warnings({ '3/launch.yml': launchYml('agent') }, '7', nine)).toBe('')
  })

  it('are read if the directory is not padded, or if the unpadded one also has a launch.yml', async () => {
    const both = launchYml('agent')
    const files = { '10/launch.yml': launchYml('late'), '03/launch.yml': both, '3/launch.yml': both }
    expect(await warnings(files, '11', [...INDEXES, '12'])).toBe('')
  })

  it('are reported once, by the first buildpack of ours after them', async () => {
    const ours = 'name: "x"\nversion: "1"\nconfig:\n  "sidecar_buildpack": "1"\n'
    const files = {
      '03/launch.yml': launchYml('agent'),
      '04/config.yml': ours,
      '05/launch.yml': launchYml('guard'),
    }
    expect(await warnings(files, '07')).toBe(warning('number 5', 'guard'))
  })
})
