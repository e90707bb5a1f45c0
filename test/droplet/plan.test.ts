import { describe, expect, it } from 'vitest'
import type { Sidecar } from '../../src/config/sidecar.ts'
import type { StagedSidecar, Start } from '../../src/droplet/staged-sidecar.ts'
import { credential, env, plan, shell, sidecar, stage, text, types } from '../support/shell-droplet.ts'

const MIB = 1024 ** 2
const PROFILE = ['deps/0/profile.d/sidecar-buildpack.sh', 'profile.d/0_sidecar-buildpack.sh']
const JAVA = { agents: [], options: [['-Dx=1']], addedClasses: 0, libraries: [] }

/** A sidecar with the command `./run`, unless it has another start. */
const staged = (name: string, more: Partial<Sidecar> = {}, start: Start = shell('./run')) =>
  stage([[sidecar(name, more), start]])
const outcome = (all: readonly StagedSidecar[], context: Parameters<typeof plan>[1] = {}) => {
  const { files, launch } = plan(all, context)
  return { files: files.map(({ path, mode }) => `${mode.toString(8)} ${path}`), launch, texts: files }
}
const profile = (all: readonly StagedSidecar[], context: Parameters<typeof plan>[1] = {}) =>
  outcome(all, context).texts.find(({ path }) => path === PROFILE[0])?.text ?? ''

describe('a droplet', () => {
  it('gets nothing from an app without sidecars', () => {
    expect(plan([])).toEqual({ files: [], launch: [] })
  })

  it('gets the profile.d script, twice, where a buildpack that stages later and the platform look for it', () => {
    const { files, launch, texts } = outcome([], { java: JAVA })
    expect(files).toEqual(PROFILE.map((path) => `644 ${path}`))
    expect(texts[1]?.text).toBe(texts[0]?.text)
    expect(launch).toEqual([])
  })

  it('starts a bare command as it is written, with its process types and its memory', () => {
    const more = { processTypes: types('web', 'worker') }
    expect(outcome(staged('a b', more)).launch).toEqual([
      { type: 'a b', command: './run', sidecarFor: ['web', 'worker'], memory: 0 },
    ])
    expect(outcome(staged('a', { memory: { bytes: 64 * MIB } })).launch).toMatchObject([{ memory: 64 }])
  })

  it.each<[string, readonly StagedSidecar[]]>([
    ['with env', staged('a b', { env: env({ A: text('b') }) })],
    ['with a source', staged('a b', {}, { kind: 'executable', file: 'bin/run' })],
    ['with memory, which the app then has less of', staged('a b', { memory: { bytes: MIB } })],
    ['with app_env', staged('a b', { appEnv: env({ A: text('b') }) })],
    ['on the PATH of the app', staged('a b', { onPath: true })],
  ])('starts a sidecar %s by a start script', (_, all) => {
    const { files, launch } = outcome(all)
    expect(files).toEqual(['755 deps/0/start/a-b', ...PROFILE.map((path) => `644 ${path}`)])
    expect(launch.map(({ command }) => command)).toEqual(['"$DEPS_DIR"/0/start/a-b'])
  })

  it.each([
    ['the JVM of the app has options', { java: JAVA }],
    ['an earlier one has them', { earlierAffectsApp: true }],
    [
      'an earlier one has a sidecar with memory',
      { otherSidecars: [{ type: 'b', command: 'b', sidecarFor: ['web'], memory: 1 }] },
    ],
  ])('starts each sidecar by a script, from which profile.d knows it, if %s', (_, context) => {
    expect(outcome(staged('a'), context).launch[0]?.command).toBe('"$DEPS_DIR"/0/start/a')
  })

  it.each<[string, readonly StagedSidecar[], boolean]>([
    ['env', staged('a', { env: env({ A: credential('db') }) }), true],
    ['app_env', staged('a', { appEnv: env({ A: credential('db') }) }), true],
    ['neither', staged('a', { env: env({ A: text('b') }) }), false],
  ])('has the program that looks up bound services if %s needs them', (_, all, isThere) => {
    expect(outcome(all).files.includes('644 deps/0/credentials.pl')).toBe(isThere)
  })
})

describe('the profile.d script', () => {
  it('takes the memory of all sidecars of a process type from its app', () => {
    const all = [
      ...staged('a', { memory: { bytes: 64 * MIB }, processTypes: types('web', 'worker') }),
      ...staged('b', { memory: { bytes: 32 * MIB } }),
    ]
    const otherSidecars = [
      { type: 'c', command: 'c', sidecarFor: ['web', 'clock'], memory: 16 },
      { type: 'd', command: 'd', sidecarFor: ['clock'], memory: 8 },
    ]
    const reserved = Object.fromEntries(
      [...profile(all, { otherSidecars }).matchAll(/'"(\w+)"'\*\)\n\s+__sidecar_reserve_memory (\d+)/g)].map(
        ([, type, bytes]) => [type, Number(bytes) / MIB],
      ),
    )
    expect(reserved).toEqual({ web: 112, worker: 64, clock: 24 })
  })

  it('gives the port behind the proxies to the types that have some', () => {
    const all = [
      ...staged('a', { proxy: { wait: true, appPort: 9000 } }),
      ...staged('b', { processTypes: types('worker') }),
    ]
    expect(profile(all).match(/'"\w+"'\*\)\n\s+__sidecar_app_port .*/g)).toEqual([
      expect.stringMatching(/^'"web"'\*\)\n\s+__sidecar_app_port 9000$/),
    ])
  })

  it('knows the sidecars of other buildpacks by their commands, each once', () => {
    const other = (command: string) => ({ type: 'b', command, sidecarFor: ['web'], memory: 1 })
    const text = profile(staged('a'), {
      otherSidecars: [other("it's b"), other("it's b"), other(''), other('c')],
    })
    expect(text).toContain("'it'\\''s b' | c)")
    expect(profile(staged('a', { memory: { bytes: MIB } }))).not.toMatch(/ \| c\)/)
  })

  it.each<[string, Partial<StagedSidecar>, string]>([
    ['its directory', {}, '"$DEPS_DIR"/0/sidecars/a'],
    [
      'that of its executable too',
      { executableDir: 'my bin' },
      `"$DEPS_DIR"/0/sidecars/a "$DEPS_DIR"/0/sidecars/a/'my bin'`,
    ],
    ['one of another buildpack', { deps: 'node/bin' }, '"$DEPS_DIR"/[0-9]*/node/bin'],
  ])('has on PATH, with path: true, %s', (_, more, words) => {
    const on = (onPath: boolean) =>
      staged('a', { onPath }, { kind: 'executable', file: 'run' }).map((each) => ({ ...each, ...more }))
    expect(profile(on(true))).toContain(` in ${words}; do`)
    expect(profile(on(false))).not.toContain(words)
  })
})
