/** The pipelines that are tried: by position of ours, by kind of the last buildpack, by number. */
import type { MemberName } from './members.ts'

export interface Combination {
  /** In the order of a manifest's `buildpacks`; the last is the final one. */
  readonly pipeline: readonly MemberName[]
  /** No buildpack is named; this one says that the app is its own. */
  readonly detected?: MemberName
}

const FINAL = ['libbuildpack-like', 'launch-yml', 'compile-only', 'java-4', 'java-5'] as const
const THREE = ['acme', 'globex', 'initech'] as const

/** The same buildpack may stand several times, as `node` or `bash` ones do not; each has a name of its own. */
const fill = (count: number): readonly MemberName[] => Array<MemberName>(count).fill('libbuildpack-like')

const named: readonly (readonly MemberName[])[] = [
  ['sidecar'],
  ...FINAL.flatMap((final): readonly (readonly MemberName[])[] => [
    ['sidecar', final],
    ['libbuildpack-like', 'sidecar', 'heredoc-sidecar', final],
    ['heredoc-sidecar', 'sidecar', final],
    [...THREE, final],
  ]),
  ['libbuildpack-like', 'sidecar'],
  ['heredoc-sidecar', 'launch-yml', 'sidecar'],
  ['java-5', 'sidecar'],
  ['sidecar', 'acme', 'globex'],
  ['acme', 'libbuildpack-like', 'globex', 'heredoc-sidecar', 'initech'],
  ['launch-yml', 'acme', 'sidecar', 'globex', 'initech', 'libbuildpack-like'],
  // Nine, and from ten on the indexes are padded.
  ['sidecar', ...fill(8)],
  ['sidecar', ...fill(9)],
  [...fill(9), 'sidecar'],
  [...fill(5), 'sidecar', ...fill(4)],
  [...fill(8), 'sidecar', 'launch-yml', 'libbuildpack-like'],
  ['heredoc-sidecar', ...fill(4), 'sidecar', ...fill(5), 'compile-only'],
  ['heredoc-sidecar', ...fill(10), 'sidecar'],
  ['heredoc-sidecar', 'launch-yml', ...fill(6), ...THREE, 'java-5'],
  [...THREE, ...fill(8), 'java-4'],
]

const detected: readonly Combination[] = [
  { pipeline: ['sidecar'], detected: 'sidecar' },
  { pipeline: ['libbuildpack-like', 'sidecar', 'compile-only'], detected: 'sidecar' },
  { pipeline: ['sidecar', ...fill(11)], detected: 'sidecar' },
]

export const combinations: readonly Combination[] = [...named.map((pipeline) => ({ pipeline })), ...detected]
