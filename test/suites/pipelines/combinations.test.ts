import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { MemoryCgroup, noCgroups } from '../java/memory-cgroup.ts'
import { filesOfTheApp, GREETED, JAVA_OPTION, javaParts } from './app.ts'
import { type Combination, combinations } from './combinations.ts'
import { expectedOf, type Member, type MemberName, members } from './members.ts'
import { packageOwn, packageSidecarBuildpack } from './packages.ts'
import { launchWeb, type PipelineOptions, type Staged, stagePipeline } from './pipeline.ts'

/** MB */
const CONTAINER = 512
const work = mkdtempSync(join(tmpdir(), 'pipelines-'))
const withoutCgroups = noCgroups()
const packaged = new Map<MemberName, string>()
let env: ReadonlyMap<string, string>

beforeAll(async () => {
  env = javaParts(work)
  packaged.set('sidecar', await packageSidecarBuildpack(work))
  for (const name of ['acme', 'globex', 'initech'] as const) {
    packaged.set(name, await packageOwn(work, name, members[name].sidecars[0]?.memory ?? 0))
  }
})
afterAll(() => rmSync(work, { recursive: true, force: true }))

function optionsOf({ pipeline, detected }: Combination, root: string): PipelineOptions {
  mkdirSync(root)
  const buildpacks = pipeline.map((name, index) => {
    const member: Member = members[name]
    return { name: `${name} ${index}`, directory: member.folder ?? packaged.get(name) ?? '' }
  })
  return {
    root,
    buildpacks,
    files: filesOfTheApp(detected ?? pipeline.at(-1)),
    env,
    detect: detected !== undefined,
  }
}

describe.each(combinations.map((each, index) => ({ ...each, index, title: describeCombination(each) })))(
  '$title',
  (combination) => {
    const { pipeline, detected } = combination
    const expected = expectedOf(detected ? [detected] : pipeline)
    const sum = expected.sidecars.reduce((total, { memory }) => total + memory, 0)
    const firstOfOurs = pipeline.findIndex((name) => 'isOurs' in members[name])
    let staged: Staged

    beforeAll(async () => {
      staged = await stagePipeline(optionsOf(combination, join(work, String(combination.index))))
    })
    afterAll(() => rmSync(join(work, String(combination.index)), { recursive: true, force: true }))

    it('is staged, with every sidecar and its memory', () => {
      expect(staged.exit, staged.log).toBe(0)
      const found = (staged.result?.sidecars ?? []).map(({ name, memory }) => ({ name, memory }))
      expect(found).toHaveLength(expected.sidecars.length)
      expect(found).toEqual(expect.arrayContaining([...expected.sidecars]))
    })

    it('runs: the app answers, each sidecar runs in its memory, each profile.d script counts once', async () => {
      const { app, sidecars } = await launchWeb(staged, { memory: CONTAINER, forTheApp: CONTAINER - sum })
      expect(app).toMatchObject({ memory: `${CONTAINER - sum}m`, greeting: GREETED })
      expect(app.effects.toSorted()).toEqual(expected.effects.toSorted())
      if (pipeline.at(-1)?.startsWith('java-')) {
        expect(app.args.filter((each) => each === JAVA_OPTION)).toHaveLength(1)
        expect(app.args).toContain(`-Dtotal=${CONTAINER - sum}m`)
      }
      for (const { name, memory } of expected.sidecars) {
        expect(sidecars.get(name), name).toMatchObject({ memory: `${memory}m`, effects: app.effects })
      }
      // A sidecar of a buildpack after the first of ours cannot be told from the app.
      const unknown = pipeline
        .slice(firstOfOurs)
        .flatMap((name) => ('isOurs' in members[name] ? [] : members[name].sidecars.map((each) => each.name)))
      for (const [name, { greeting }] of sidecars) {
        if (!unknown.includes(name)) expect(greeting, name).toBe('')
      }
    })

    it.skipIf(withoutCgroups)(
      `leaves the sidecars their memory where the platform subtracts nothing ${withoutCgroups ?? ''}`,
      async () => {
        const cgroup = MemoryCgroup.create(CONTAINER * 1024 ** 2)
        if (!cgroup) throw new Error('no cgroup')
        try {
          const container = { memory: CONTAINER, forTheApp: CONTAINER, cgroup: cgroup.directory }
          const { app } = await launchWeb(staged, container)
          expect(app.memory).toBe(`${CONTAINER - expected.known}m`)
          expect(JSON.parse(app.env.VCAP_APPLICATION ?? '').limits.mem).toBe(CONTAINER - expected.known)
        } finally {
          cgroup.remove()
        }
      },
    )
  },
)

function describeCombination({ pipeline, detected }: Combination): string {
  const counted = pipeline.reduce<[MemberName, number][]>((all, name) => {
    const last = all.at(-1)
    if (last?.[0] === name) last[1]++
    else all.push([name, 1])
    return all
  }, [])
  const names = counted.map(([name, count]) => (count > 1 ? `${count} × ${name}` : name)).join(', ')
  return detected ? `${detected} detected among ${names}` : names
}
