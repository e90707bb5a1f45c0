import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { MemoryCgroup, noCgroups } from '../../support/memory-cgroup.ts'
import { GREETED, JAVA_OPTION } from './app.ts'
import { type Combination, combinations } from './combinations.ts'
import { expectedOf, type MemberName, members } from './members.ts'
import { launchWeb, type Staged } from './pipeline.ts'
import { type Trial, trials } from './trial.ts'

/** MB */
const CONTAINER = 512
const withoutCgroups = noCgroups()
const stage = trials()

describe.each(combinations.map((each) => ({ ...each, title: describeCombination(each) })))(
  '$title',
  (combination) => {
    const { pipeline, detected } = combination
    const expected = expectedOf(detected ? [detected] : pipeline)
    const sum = expected.sidecars.reduce((total, { memory }) => total + memory, 0)
    const firstOfOurs = pipeline.findIndex((name) => 'isOurs' in members[name])
    let staged: Staged

    let trial: Trial
    beforeAll(async () => {
      trial = await stage(combination)
      staged = trial.staged
    })
    afterAll(() => trial?.remove())

    it('is staged, with every sidecar and its memory', () => {
      expect(staged.exit, staged.log).toBe(0)
      const found = (staged.result?.sidecars ?? []).map(({ name, memory }) => ({ name, memory }))
      expect(found).toHaveLength(expected.sidecars.length)
      expect(found).toEqual(expect.arrayContaining([...expected.sidecars]))
      const ours = profileScriptsOfOurs(staged.droplet)
      expect(ours.toSorted()).toEqual([...new Set(ours)].toSorted())
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

/** The deps index of each profile.d script of ours that the launcher sources. */
function profileScriptsOfOurs(droplet: string): readonly string[] {
  const folder = join(droplet, 'profile.d')
  const texts = readdirSync(folder).map((name) => readFileSync(join(folder, name), 'utf8'))
  return texts.flatMap((text) => /Written by Sidecar Buildpack \(deps index (\d+)\)/.exec(text)?.[1] ?? [])
}

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
