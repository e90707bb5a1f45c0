// `npm run mutants`: changes the code in one place at a time (Stryker) and counts how many changes the tests notice. Tests
// mirror src, so the files of a room are held by the tests of the same room.
//   npm run mutants                                   the files below
//   npm run mutants -- droplet                        those of one room
//   npm run mutants -- src/config/rules/names.ts …    these files
// Prints each change that no test noticed; ends non-zero when a file is below 90 %.
import { join } from 'node:path'
import { Stryker } from '@stryker-mutator/core'
import { measured } from '../bench/measures.mjs'

const AT_LEAST = 90

/** What decides what a droplet holds, or whether an app is refused. */
const FILES = {
  config: [
    'describe-source.ts',
    'duration.ts',
    'entries.ts',
    'locate.ts',
    'merge.ts',
    'read.ts',
    'sidecars-yml.ts',
    'start-waits.ts',
    'uri.ts',
    'decode/collections.ts',
    'decode/decoder.ts',
    'decode/scalar-hints.ts',
    'decode/scalars.ts',
    'decode/shell-habits.ts',
    'fields/checks.ts',
    'fields/durations.ts',
    'fields/env.ts',
    'fields/memory.ts',
    'fields/names.ts',
    'fields/running.ts',
    'fields/services.ts',
    'fields/source.ts',
    'rules/memory.ts',
    'rules/names.ts',
    'rules/nearest-type.ts',
    'rules/order.ts',
    'rules/ports.ts',
    'rules/surroundings.ts',
    'rules/variables.ts',
    'yaml/flow-lines.ts',
    'yaml/merge-keys.ts',
    'yaml/nodes.ts',
    'yaml/parse.ts',
    'yaml/text.ts',
  ],
  droplet: [
    'droplet-paths.ts',
    'earlier-buildpacks.ts',
    'environment.ts',
    'folder-names.ts',
    'java-on-app.ts',
    'per-type.ts',
    'plan.ts',
    'port-uses.ts',
    'ports.ts',
    'profile-script.ts',
    'shell-quote.ts',
    'shell-template.ts',
    'start-order.ts',
    'start-script.ts',
    'watch.ts',
  ],
  java: [
    'added-classes.ts',
    'app-view.ts',
    'calculators/calculator.ts',
    'calculators/calculator-3.ts',
    'calculators/calculator-4.ts',
    'calculators/memory-calculator.ts',
    'calculators/regions.ts',
    'calculators/size.ts',
    'check-injection.ts',
    'check-java-app.ts',
    'check-jvm-memory.ts',
    'check-libraries.ts',
    'check-recognition.ts',
    'class-count.ts',
    'injection.ts',
    'jar.ts',
    'java-options.ts',
    'java-settings.ts',
    'jvm-sidecar.ts',
    'memory-needs.ts',
    'option-quoting.ts',
    'recognition/app-tree.ts',
    'recognition/brought-files.ts',
    'recognition/groovy.ts',
    'recognition/java-app.ts',
    'recognition/java-buildpack-4.ts',
    'recognition/java-buildpack-5.ts',
    'recognition/recognition.ts',
    'staged-jars.ts',
  ],
  phases: [
    'app-environment.ts',
    'detect.ts',
    'finalize.ts',
    'java.ts',
    'multi-supply.ts',
    'release.ts',
    'setup.ts',
    'supply.ts',
    'unread-sidecars.ts',
    'write-whole.ts',
  ],
  plan: [
    'bar.ts',
    'checks.ts',
    'draw.ts',
    'jvm-plan.ts',
    'memory-parts.ts',
    'plan.ts',
    'planned-app.ts',
    'sidecar-plan.ts',
    'start-order.ts',
    'html/container.ts',
    'html/escape.ts',
    'html/memory.ts',
    'html/page.ts',
  ],
  manifest: [
    'app-manifest.ts',
    'application.ts',
    'attributes.ts',
    'buildpacks.ts',
    'byte-quantity.ts',
    'environment.ts',
    'metadata.ts',
    'mta.ts',
    'processes.ts',
    'routes.ts',
    'services.ts',
    'sidecars.ts',
    'unknown-keys.ts',
    'values.ts',
    'variables.ts',
  ],
  'lifecycle/launching': ['launch.ts', 'vcap-application.ts'],
}

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

/** The files to change, by room. @returns {Record<string, string[]>} */
function wanted(asked) {
  if (asked.length === 0) return FILES
  const byRoom = {}
  for (const each of asked) {
    const path = each.replace(/^src\//, '')
    const room = Object.keys(FILES).find((name) => `${path}/`.startsWith(`${name}/`))
    if (room === undefined) {
      console.error(`${each} is in none of the rooms ${Object.keys(FILES).join(', ')}`)
      process.exit(2)
    }
    byRoom[room] = path === room ? FILES[room] : [...(byRoom[room] ?? []), path.slice(room.length + 1)]
  }
  return byRoom
}

async function mutate(room, files) {
  process.env.MUTATED_ROOM = room
  const paths = files.map((file) => `src/${room}/${file}`)
  const results = await new Stryker({
    mutate: paths,
    testRunner: 'vitest',
    plugins: ['@stryker-mutator/vitest-runner'],
    vitest: { configFile: 'vitest.mutants.ts', related: false },
    coverageAnalysis: 'perTest',
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
