/** The ways in which the sources say something to a user. */

/** How the sources say something: which argument is what is wrong, which is what to write instead. */
export interface Sink {
  readonly what: number
  readonly instead?: number
  readonly before?: string
  readonly after?: string
}

const THROWN = /^new (?:InputError|Error|RefusedArchive|TransferFault|InvalidArgumentError)$/
const WANTED = { before: 'KEY must be ', after: ', got …' }

/** By how it is called, then by whose it is; the first that fits counts. */
export const SINKS: readonly (readonly [RegExp, RegExp, Sink])[] = [
  [THROWN, /./, { what: 0 }],
  [/^(?:context\.)?log\.(?:warning|error)$/, /./, { what: 0 }],
  [/^(?:command\.error|line\.err|run\.note|note)$/, /./, { what: 0 }],
  [/^(?:read|this)\.error$/, /^manifest\//, { what: 1, instead: 2, before: 'KEY ' }],
  [/\.(?:error|warning)$/, /./, { what: 1, instead: 2 }],
  [/^report$/, /^config/, { what: 0, instead: 1, before: 'KEY ' }],
  [/^error$/, /^sources\/path/, { what: 0, instead: 1, before: 'PATH ' }],
  [/^fault$/, /^system\/foreign-file/, { what: 2, before: 'FILE ' }],
  [/^refused$/, /^sources\/executability/, { what: 0, instead: 1, before: 'FILE ' }],
  [/^refuse$/, /^sources\/archives/, { what: 1, before: 'ENTRY ' }],
  [/^malformed$/, /^java\/calculators/, { what: 0 }],
  [/^retryable$/, /^sources\/fetch/, { what: 0 }],
  [/^wants$/, /./, { what: 2, instead: 4, ...WANTED }],
  [/^byKind$/, /./, { what: 1, ...WANTED }],
  [/^insteadOfScalar$/, /./, { what: 1, ...WANTED }],
]

/** What stands before the `what` of an object in these files. */
export const BEFORE: readonly (readonly [string, string])[] = [
  ['sources/executability/inspect.ts', 'FILE is '],
  ['sources/executability/judge.ts', 'FILE '],
  ['sources/executability/script.ts', 'FILE cannot run: its interpreter line '],
  ['sources/tree.ts', 'PATH is '],
  ['system/foreign-file.ts', 'FILE '],
]

/** The platform's own words, and faults that only a programmer can make. */
export const NOT_OURS = new RegExp(
  '^platform/go/|^droplet/shell-template|^lifecycle/launching/|^lifecycle/staging/failure' +
    '|^problems/|^config/decode/decoder|^packaging/bundle/directory-writer|^buildpack/own-folder',
)

/** These say nothing of their own: they pass on what was said elsewhere. */
export const PASSED_ON = new Set([
  'line.err(explain(new InputError(warnings), line.env))',
  'line.err(bytes)', // the output of the run in the background
  'line.err(explain(thrown, line.env))',
  'line.err(redraw(text))',
  "line.err(redraw(''))",
  'new InputError((thrown as Error).message)',
  'log.error(error.message)',
  'log.warning(describeProblem(each))',
  'new Error(String(thrown))',
  'new Error(credentials.problem)',
  'new Error((await problems).trim() || otherwise)',
  'new InputError(missing)',
  'new InputError(warnings)',
  'new InputError([problem])',
  'new InputError([started.problem])',
  "new TransferFault(message, true, undefined, thrown, `check ${checked}${isStaging(env) ? OFFLINE : ''}`)",
  'new TransferFault(error.message, false, undefined, thrown)',
  'problems.error(place, fault.what, fault.instead)',
  'wants(node, name, otherwise, problems)',
  'wants(node, name, wanted, problems, `use ${value}`)',
])
