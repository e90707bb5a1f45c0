/** Buildpacks that a pipeline may contain, and the expected effects of each. */
import { join } from 'node:path'

const fixtures = join(import.meta.dirname, '../../../fixtures')

export interface BroughtSidecar {
  readonly name: string
  /** MB. */
  readonly memory: number
}

export interface Member {
  /** Absent: made by `package`. */
  readonly folder?: string
  readonly isOurs?: true
  readonly sidecars: readonly BroughtSidecar[]
  /** What its profile.d script adds to EFFECTS when it supplies. */
  readonly effect?: string
  /** As the last buildpack: whether the profile.d scripts of those before it are sourced. */
  readonly gathersProfiles: boolean
  /** What it adds to EFFECTS as the last one, where that is not as in supply. */
  readonly ownEffect?: string
}

const neighbour = (name: string) => join(fixtures, 'neighbours', name)
const ours = (name: string, memory: number): Member => ({
  isOurs: true,
  sidecars: [{ name: `${name}-agent`, memory }],
  gathersProfiles: true,
})

/** The entries of the app, which the first of ours takes. */
export const OF_THE_APP: readonly BroughtSidecar[] = [
  { name: 'config-server', memory: 16 },
  { name: 'monitor', memory: 8 },
]

export const members = {
  sidecar: { isOurs: true, sidecars: [], gathersProfiles: true },
  acme: ours('acme', 20),
  globex: ours('globex', 21),
  initech: ours('initech', 22),
  'libbuildpack-like': {
    folder: neighbour('libbuildpack-like'),
    sidecars: [],
    effect: 'libbuildpack-like',
    gathersProfiles: true,
  },
  'launch-yml': {
    folder: neighbour('launch-yml'),
    sidecars: [{ name: 'neighbour', memory: 24 }],
    effect: 'launch-yml',
    gathersProfiles: false,
  },
  'heredoc-sidecar': {
    folder: neighbour('heredoc-sidecar'),
    sidecars: [{ name: 'by-hand', memory: 32 }],
    gathersProfiles: false,
  },
  'compile-only': {
    folder: neighbour('compile-only'),
    sidecars: [],
    ownEffect: 'compile-only',
    gathersProfiles: false,
  },
  'only-release': { folder: neighbour('only-release'), sidecars: [], gathersProfiles: false },
  'java-4': { folder: join(fixtures, 'java-buildpack-4-like'), sidecars: [], gathersProfiles: false },
  'java-5': { folder: join(fixtures, 'java-buildpack-5-like'), sidecars: [], gathersProfiles: true },
} satisfies Readonly<Record<string, Member>>

export type MemberName = keyof typeof members

/** The expected web process of the pipeline. */
export interface Expected {
  /** In no order. */
  readonly sidecars: readonly BroughtSidecar[]
  /** What profile.d scripts of others add, each once. */
  readonly effects: readonly string[]
  /** MB that ours know of: their own, and what buildpacks before the last of ours have declared. */
  readonly known: number
}

/** From ten buildpacks on the platform reads no launch.yml but one in an unpadded folder, which only ours write. */
const PADDED = 10

export function expectedOf(pipeline: readonly MemberName[]): Expected {
  const all = pipeline.map((name): Member => members[name])
  const last = all.at(-1) as Member
  const isRead = (member: Member) =>
    pipeline.length < PADDED || member.isOurs === true || last.isOurs === true
  const before = all.slice(0, -1)
  const gathered = last.gathersProfiles ? before : []
  const sidecars = [...OF_THE_APP, ...all.filter(isRead).flatMap((each) => each.sidecars)]
  const lastOfOurs = all.findLastIndex((each) => each.isOurs)
  const known = [...OF_THE_APP, ...all.slice(0, lastOfOurs + 1).flatMap((each) => each.sidecars)]
  return {
    sidecars,
    effects: [
      ...gathered.flatMap((each) => each.effect ?? []),
      ...((last.ownEffect ?? last.effect) ? [last.ownEffect ?? last.effect ?? ''] : []),
    ],
    known: known.reduce((sum, { memory }) => sum + memory, 0),
  }
}
