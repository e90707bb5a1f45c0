// `npm run mutants`: changes the code in one place at a time (Stryker) and counts how many changes the tests notice. Tests
// mirror src, so the files of a room are held by the tests of the same room.
//   npm run mutants                                   all rooms
//   npm run mutants -- droplet                        one room
//   npm run mutants -- src/config/rules …             the files of a directory
//   npm run mutants -- src/config/rules/names.ts …    these files
// Results are kept in report/mutants-ROOM.json: a change is tried again only after its file or a test that reaches it changed.
// Prints each change that no test noticed; ends non-zero when a file is below 90 %.
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { Stryker } from '@stryker-mutator/core'
import { measured } from '../bench/measures.mjs'
import { mutatedFiles } from './mutated-files.mjs'

const AT_LEAST = 90
const root = join(dirname(fileURLToPath(import.meta.url)), '..')

const scores = []
for (const [room, files] of Object.entries(wanted())) scores.push(...(await mutate(room, files)))

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

function wanted() {
  try {
    return mutatedFiles(join(root, 'src'), process.argv.slice(2))
  } catch (error) {
    console.error(error.message)
    process.exit(2)
  }
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
