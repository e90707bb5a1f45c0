/**
 * The file `sidecars.yml`: its keys, each with its decoder and JSON Schema.
 * Meanings and examples: docs/reference/sidecars-yml.md.
 */

import type { Place } from '../problems/problems.ts'
import { list, mapOf, type Readable, readableMap, type Written } from './decode/collections.ts'
import { described, placed, refine } from './decode/decoder.ts'
import { insteadOfScalar, wordsAsList } from './decode/scalar-hints.ts'
import { boolean, filledText } from './decode/scalars.ts'
import { health, waitFor } from './fields/checks.ts'
import { env, filledTemplate, template } from './fields/env.ts'
import { memory } from './fields/memory.ts'
import {
  after,
  command,
  envNames,
  processType,
  processTypes,
  relativePath,
  sidecarName,
} from './fields/names.ts'
import { proxy, restart, stop, when } from './fields/running.ts'
import { source } from './fields/source.ts'
import type { Source } from './sidecar.ts'

const entryFields = {
  name: described(placed(sidecarName), 'The name, unique in the app; log lines show it in upper case.'),
  process_types: described(
    placed(processTypes),
    'The process types of the app that get this sidecar. Default: [web].',
  ),
  memory: described(
    placed(memory),
    'Memory in Cloud Foundry units (64M, 1.5G), a whole number of MiB; or {limit: 64M, guard: true}.',
  ),
  command: described(
    placed(command),
    'A shell command, run in the app root. Default with a source: its executable, with args.',
  ),
  source: described(source, 'Where the files come from: exactly one of path, dependency, uri, deps.'),
  args: described(
    placed(insteadOfScalar(list(template), 'a list', wordsAsList)),
    "Arguments for the source's executable; $NAME and ${NAME} expand at start, $$ is a dollar.",
  ),
  env: described(placed(env), 'Environment of this sidecar only.'),
  hide_env: described(envNames, "Variables of the app's environment that the sidecar does not get."),
  app_env: described(placed(env), 'Environment for the app processes that the sidecar is attached to.'),
  working_dir: described(relativePath, 'Relative to the app root. Default: the app root.'),
  proxy: described(placed(proxy), 'The sidecar listens on $PORT; the app behind it gets another port.'),
  wait_for: described(
    waitFor,
    "Delays the app's start until the sidecar is ready: {port}, {http} or {socket}, with a timeout (30s).",
  ),
  after: described(after, 'Starts when these sidecars are ready, and stops before them.'),
  health: described(
    health,
    'Checks the running sidecar: {port}, {http}, {socket} or {command}. An unhealthy sidecar is restarted if restart allows it; otherwise it ends.',
  ),
  restart: described(
    restart,
    'never (as Cloud Foundry does), on-failure or always: without taking the app down.',
  ),
  stop: described(stop, "On the platform's SIGTERM: wait for delay, then send signal."),
  setup: described(placed(filledText), "A shell script, run once at staging in the sidecar's directory."),
  path: described(
    placed(boolean),
    "Puts the directory of its source at the end of the PATH of the app's processes and tasks.",
  ),
  when: described(when, 'Only if a bound service has this name, label or tag, or an env variable is set.'),
  enabled: described(boolean, 'false disables the sidecar.'),
  locked: described(placed(boolean), "In a buildpack's own file: apps can neither override nor disable it."),
} as const

/** One item of `sidecars` as written. */
export type SidecarEntry = Written<typeof entryFields> & {
  readonly at: Place
  /** Keys with unreadable values, whose problems are reported. */
  readonly broken: ReadonlySet<string>
}

const entry = refine(
  readableMap(entryFields, {
    required: ['name'],
    dependentSchemas: {
      command: {
        not: { required: ['args'] },
        anyOf: [
          { required: ['source'] },
          {
            not: {
              anyOf: [{ required: ['setup'] }, { required: ['path'], properties: { path: { const: true } } }],
            },
          },
        ],
      },
    },
  }),
  ({ written, broken }, _report, at): SidecarEntry => ({ ...written, broken, at }),
)

const jar = described(
  refine(
    source,
    (read, report) =>
      read.kind === 'deps'
        ? report('has deps, which is only valid for sidecars', 'write path, dependency or uri')
        : read,
    { not: { required: ['deps'] } },
  ),
  "Where the jar comes from, as a sidecar's source, without deps.",
)
const library = refine(readableMap({ source: jar }, { required: ['source'] }), withSource)
const agent = refine(
  readableMap(
    {
      source: jar,
      options: described(
        template,
        'The options after = of -javaagent; $NAME and ${NAME} expand at start, $$ is a dollar.',
      ),
    },
    { required: ['source'] },
  ),
  withSource,
)

/** An entry with a readable source, so that its jar is checked even if another key is unreadable. */
function withSource<T extends { readonly source?: Source }>(
  { written, broken }: Readable<T>,
  report: (what: string, instead?: string) => undefined,
  place: Place,
) {
  if (written.source) return Object.freeze({ ...written, source: written.source, place })
  // The missing key may be an unreadable one, perhaps misspelled.
  return broken.size > 0 ? undefined : report('has no source', 'write source: with path, dependency or uri')
}

const java = refine(
  readableMap({
    agents: described(
      list(agent, { emptyable: true, keepsReadable: true }),
      "Jars put on the app's JVM as -javaagent.",
    ),
    libraries: described(
      list(library, { emptyable: true, keepsReadable: true }),
      "Jars put on the app's class path.",
    ),
    options: described(
      insteadOfScalar(
        list(
          refine(filledTemplate, (option, _report, place) => Object.freeze({ text: option, place })),
          { emptyable: true, keepsReadable: true },
        ),
        'a list',
        wordsAsList,
      ),
      'Further JVM options of the app; $NAME and ${NAME} expand at start, $$ is a dollar.',
    ),
  }),
  ({ written }) => written,
)

export const sidecarsYml = readableMap({
  sidecars: described(
    list(entry, { emptyable: true, keepsReadable: true, example: '- name: my-sidecar' }),
    'The sidecars.',
  ),
  java: described(java, "Additions to the app's JVM."),
  processes: described(
    mapOf(processType, placed(command)),
    'Process types of the app, for when this is the final buildpack.',
  ),
})

export type SidecarsYml = NonNullable<ReturnType<typeof sidecarsYml.read>>['written']

/** The JSON Schema (draft 2020-12) of `sidecars.yml`, for editors. */
export function jsonSchema(): object {
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    title: 'sidecars.yml of the Sidecar Buildpack for Cloud Foundry',
    ...sidecarsYml.schema,
  }
}
