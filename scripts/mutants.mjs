// `npm run mutants`: changes the code in one place at a time (Stryker) and counts how many changes the tests notice. Tests
// mirror src, so the files of a room are held by the tests of the same room.
//   npm run mutants                                   the rooms below
//   npm run mutants -- droplet                        one room
//   npm run mutants -- src/config/rules/names.ts …    these files
// Results are kept in report/mutants-ROOM.json: a change is tried again only after its file or a test that reaches it changed.
// Prints each change that no test noticed; ends non-zero when a file is below 90 %.
import { readdirSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Stryker } from '@stryker-mutator/core'
import { measured } from '../bench/measures.mjs'

const AT_LEAST = 90
const root = join(dirname(fileURLToPath(import.meta.url)), '..')

/** The rooms of src that decide what a droplet holds, or whether an app is refused. */
const ROOMS = ['config', 'droplet', 'java', 'phases', 'plan', 'manifest', 'lifecycle/launching']
/** Types and a style sheet have nothing to notice; the entry points run as built (npm run test:package). */
const LEFT_OUT = [
  'config/sidecar.ts',
  'droplet/staged-sidecar.ts',
  'plan/html/style.ts',
  ...['detect', 'edge', 'finalize', 'release', 'supply'].map((name) => `phases/main/${name}.ts`),
]

const scores = []
for (const [room, files] of Object.entries(wanted(process.argv.slice(2))))
  scores.push(...(await mutate(room, files)))

console.log()
for (const { file, found, all } of scores) {
  const holds = measured({
    area: 'mutants',
    measure: `found in ${file}`,
    value: all === 0 ? 100 : Math.floor((100 * found) / all),
    unit: '%',
    beside: `${all}`,
    atLeast: AT_LEAST,
  })
  if (!holds) process.exitCode = 1
}

/** The files to change, by room, relative to src. @returns {Record<string, string[]>} */
function wanted(asked) {
  const paths =
    asked.length === 0 ? ROOMS : asked.map((each) => each.replace(/^src\//, '').replace(/\/$/, ''))
  const byRoom = {}
  for (const path of paths) {
    const room = ROOMS.find((each) => `${path}/`.startsWith(`${each}/`))
    if (room === undefined) {
      console.error(`${path} is in none of the rooms ${ROOMS.join(', ')}`)
      process.exit(2)
    }
    byRoom[room] = [...(byRoom[room] ?? []), ...(path === room ? filesOf(room) : [path])]
  }
  return byRoom
}

function filesOf(room) {
  return readdirSync(join(root, 'src', room), { recursive: true })
    .filter((each) => each.endsWith('.ts'))
    .map((each) => `${room}/${each}`)
    .filter((each) => !LEFT_OUT.includes(each))
    .sort()
}

async function mutate(room, files) {
  process.env.MUTATED_ROOM = room
  const paths = files.map((file) => `src/${file}`)
  const results = await new Stryker({
    mutate: paths,
    testRunner: 'vitest',
    plugins: ['@stryker-mutator/vitest-runner'],
    vitest: { configFile: 'vitest.mutants.ts', related: false },
    coverageAnalysis: 'perTest',
    incremental: true,
    incrementalFile: `report/mutants-${room.replace('/', '-')}.json`,
    tsconfigFile: 'none',
    tempDirName: 'report/mutants',
    ignorePatterns: ['/report', '/release', '/examples'],
    reporters: [],
    fileLogLevel: 'off',
    logLevel: 'error',
    timeoutMS: 20_000,
  }).runMutationTest()
  return paths.map((path) => {
    const mutants = results.filter(
      ({ fileName, status }) =>
        fileName.endsWith(join('/', path)) && status !== 'CompileError' && status !== 'Ignored',
    )
    const missed = mutants.filter(({ status }) => !['Killed', 'Timeout', 'RuntimeError'].includes(status))
    for (const each of missed) console.log(described(path, each))
    return { file: path, found: mutants.length - missed.length, all: mutants.length }
  })
}

function described(path, { location: { start }, mutatorName, replacement, status }) {
  const covered = status === 'NoCoverage' ? ', in no test' : ''
  return `${path}:${start.line}:${start.column} ${mutatorName} → ${replacement.slice(0, 200)}${covered}`
}
