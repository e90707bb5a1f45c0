import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { count, measured } from '../../../bench/measures.mjs'
import { readLaunchYml } from '../../../src/platform/launch-yml.ts'
import { describeProblem, InputError, type Problem } from '../../../src/problems/problems.ts'
import { run } from '../../support/command-line.ts'
import { ROOT } from '../../support/files.ts'
import { sha256 } from '../../support/http-server.ts'
import { Staging } from '../../support/staging.ts'
import { emptied, STAGING_ENV, supplyArgs } from './every-source.ts'
import { mutatedSidecarsYml } from './mutations.ts'

const SCRIPT = '#!/bin/sh\nexec sleep 60\n'
const staging = new Staging({
  'bin/a': SCRIPT,
  'bin/b': SCRIPT,
  'tools/bin/tools': SCRIPT,
  'tools/data': 'x',
  '../shelf/download': SCRIPT,
})
afterAll(() => staging.remove())

const config = join(staging.app, 'sidecars.yml')
const download = { path: join(staging.root, 'shelf/download'), sum: sha256(SCRIPT) }
/** Without `setup: yes`, a program that prints without end: this test would keep all of it. */
const mutated = mutatedSidecarsYml(download).filter((text) => !/setup["']?: *["']?yes/.test(text.toString()))
const deps = join(staging.deps, '0')

/** Told when the bits are placed: what a file holds and what a script does cannot be known before. */
const FAULTS_OF_BITS = /: setup of .* (?:failed|took)|: cannot read file:|: checksum mismatch for file:/

interface Outcome {
  readonly kind: 'accepted' | 'refused' | 'bits'
  readonly wrong?: string
}

/** What supply does with the text, and what is wrong with that. */
async function outcomeOf(text: Buffer): Promise<Outcome> {
  writeFileSync(config, text)
  rmSync(deps, { recursive: true })
  rmSync(join(staging.profileDir, '0_sidecars.sh'), { force: true })
  mkdirSync(deps)
  try {
    await staging.supply()
    return { kind: 'accepted', ...accepted() }
  } catch (thrown) {
    const { message, stack } = thrown as Error
    if (FAULTS_OF_BITS.test(message)) return { kind: 'bits' }
    if (!(thrown instanceof InputError)) return { kind: 'refused', wrong: `not foreseen: ${stack}` }
    const [said] = thrown.problems.flatMap((each) => misplaced(each, text.toString()) ?? [])
    const [left] = readdirSync(deps)
    return { kind: 'refused', ...(left && { wrong: `${left} was written` }), ...(said && { wrong: said }) }
  }
}

/** An error without a place within the text, or without words. */
function misplaced(problem: Problem, text: string): string | undefined {
  const { place, what, severity } = problem
  const lines = text.split(/\r\n|[\r\n]/)
  const length = lines[(place?.line ?? 0) - 1]?.length
  const isInside = place && length !== undefined && place.column >= 1 && place.column <= length + 2
  if (severity === 'warning' || (isInside && place.file === 'sidecars.yml' && what.length > 5))
    return undefined
  return `misplaced: ${describeProblem(problem)}`
}

/** The platform can read what was written, and it is the sidecars that were staged. */
function accepted(): { wrong?: string } {
  const { value, error, ...rest } = readLaunchYml(readFileSync(join(deps, 'launch.yml')))
  if (error) return { wrong: `launch.yml: ${error.message} ${JSON.stringify(rest)}` }
  const folders = ['start', 'profile.d'].flatMap((folder) => scriptsIn(join(deps, folder)))
  const broken =
    folders.length > 0 && Math.random() < 0.1
      ? folders.find((script) => spawnSync('bash', ['-n', script]).status !== 0)
      : undefined
  if (broken) return { wrong: `${broken} is no valid bash:\n${readFileSync(broken)}` }
  const unnamed = value.find(({ type, command }) => type === '' || command === '')
  return unnamed ? { wrong: `launch.yml has ${JSON.stringify(unnamed)}` } : {}
}

function scriptsIn(folder: string): readonly string[] {
  try {
    return readdirSync(folder).map((name) => join(folder, name))
  } catch {
    return []
  }
}

test('mutated configurations are staged, or refused at a place in them with nothing written', async () => {
  const runs = count(1500, 10_000)
  const seen = { accepted: 0, refused: 0, bits: 0 }
  let wrong = 0
  const property = fc.asyncProperty(mutated, async (text) => {
    const outcome = await outcomeOf(text)
    seen[outcome.kind]++
    if (outcome.wrong === undefined) return
    wrong++
    throw new Error(`${outcome.wrong}\n---\n${text}`)
  })
  const checked = await fc.check(property, { numRuns: runs })
  const figure = { area: 'faults', unit: 'files' }
  measured({
    ...figure,
    measure: `mutated sidecars.yml, of ${runs}, neither staged nor refused as they should be`,
    value: wrong,
    atMost: 0,
  })
  expect(checked.failed ? `seed ${checked.seed}: ${checked.errorInstance}`.slice(0, 4000) : '').toBe('')
  expect(
    measured({
      ...figure,
      measure: 'of these, staged',
      value: seen.accepted,
      atLeast: Math.floor(runs / 20),
    }),
  ).toBe(true)
  expect(
    measured({ ...figure, measure: 'of these, refused', value: seen.refused, atLeast: Math.floor(runs / 3) }),
  ).toBe(true)
})

test('bin/supply itself ends with 0 or 1, without a stack trace', async () => {
  const runs = count(25, 300)
  let wrong = 0
  for (const text of fc.sample(mutated, runs)) {
    writeFileSync(config, text)
    const { status, stdout, stderr } = await run(join(ROOT, 'bin/supply'), supplyArgs(emptied(staging)), {
      env: STAGING_ENV,
    })
    const errors = stdout.split('\n').filter((line) => line.includes('**ERROR**'))
    const isPlaced = errors.every((line) =>
      /\*\*ERROR\*\* (sidecars\.yml:\d+:\d+: |cannot read|file:)/.test(line),
    )
    const isRefused = status === 1 && errors.length > 0 && isPlaced
    if (stderr === '' && !/\n\s+at /.test(stdout) && (status === 0 ? errors.length === 0 : isRefused))
      continue
    wrong++
    expect.soft({ status, stdout, stderr, text: text.toString() }).toBe('staged, or refused at a place')
  }
  expect(
    measured({
      area: 'faults',
      measure: `mutated sidecars.yml, of ${runs}, that bin/supply does not cope with`,
      value: wrong,
      unit: 'files',
      atMost: 0,
    }),
  ).toBe(true)
})
