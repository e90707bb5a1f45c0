/** Names with rules, checked when they are read. */
import { MOST_CHARACTERS_OF_COMMAND, MOST_CHARACTERS_OF_NAME } from '../../platform/limits.ts'
import { list } from '../decode/collections.ts'
import { type Decoder, refine } from '../decode/decoder.ts'
import { insteadOfScalar, namesAsList } from '../decode/scalar-hints.ts'
import { filledText, wholeNumber } from '../decode/scalars.ts'
import type { After, EnvName, ProcessType, SidecarName } from '../sidecar.ts'

/** A TCP port. */
export const port = wholeNumber(1, 65_535)

export const sidecarName: Decoder<SidecarName> = refine(
  filledText,
  (text, report) => {
    const length = [...text].length
    if (length > MOST_CHARACTERS_OF_NAME)
      return report(`has ${length} characters`, `write at most ${MOST_CHARACTERS_OF_NAME}`)
    return text as SidecarName
  },
  { maxLength: MOST_CHARACTERS_OF_NAME },
)

export const processType: Decoder<ProcessType> = refine(
  filledText,
  (text, report) => {
    if (text !== text.trim())
      return report(`${JSON.stringify(text)} has spaces around it`, `use ${text.trim()}`)
    if ([...text].length > MOST_CHARACTERS_OF_NAME)
      return report(`has more than ${MOST_CHARACTERS_OF_NAME} characters`, 'choose a shorter one')
    return text as ProcessType
  },
  { maxLength: MOST_CHARACTERS_OF_NAME, pattern: '^\\S([\\s\\S]*\\S)?$' },
)

/** At least one, which the caller checks, without duplicates. */
function distinct<T extends string>(name: Decoder<T>, example: string) {
  return refine(
    insteadOfScalar(list(name, { example }), 'a list', (text) => namesAsList(text, /^[\w-]+$/)),
    (names, report) => {
      const twice = names.find((each, index) => names.indexOf(each) !== index)
      return twice === undefined ? names : report(`lists ${twice} twice`, 'list it once')
    },
    { minItems: 1, uniqueItems: true },
  )
}

export const processTypes: Decoder<readonly ProcessType[]> = refine(
  distinct(processType, '[web]'),
  (types, report) => (types.length > 0 ? types : report('is empty', 'remove the key to use [web]')),
)

/** Names of other sidecars. */
export const after: Decoder<After> = refine(
  distinct(sidecarName, '[config-server]'),
  (names, report, place) =>
    names.length > 0
      ? Object.freeze({ names, place })
      : report('is empty', 'list a sidecar, or remove the key'),
)

export const command: Decoder<string> = refine(
  filledText,
  (text, report) => {
    const length = [...text].length
    if (length > MOST_CHARACTERS_OF_COMMAND) {
      return report(
        `has ${length} characters, the maximum is ${MOST_CHARACTERS_OF_COMMAND}`,
        'put it into a script, and run that',
      )
    }
    return text
  },
  { maxLength: MOST_CHARACTERS_OF_COMMAND },
)

/** bash sets these itself: exporting one fails, or exports bash's value (bash(1), "Shell Variables"). */
const BASH_OWN = new Set(
  (
    'UID EUID PPID BASHOPTS SHELLOPTS BASH_VERSINFO RANDOM SRANDOM SECONDS LINENO SHLVL EPOCHSECONDS EPOCHREALTIME ' +
    'BASHPID BASH BASH_ALIASES BASH_ARGC BASH_ARGV BASH_ARGV0 BASH_CMDS BASH_COMMAND BASH_LINENO BASH_MONOSECONDS ' +
    'BASH_SOURCE BASH_SUBSHELL BASH_VERSION COMP_WORDBREAKS DIRSTACK FUNCNAME GROUPS HISTCMD PIPESTATUS IFS OPTIND OPTARG OPTERR _'
  ).split(' '),
)

/** Why bash does not pass on an environment variable with this name, or undefined. */
export function keptByBash(name: string): string | undefined {
  return BASH_OWN.has(name)
    ? `is a variable that bash sets itself, so the process would not get this value`
    : undefined
}

const ENV_NAME = /^[A-Za-z_][A-Za-z0-9_]*$/

export const envName: Decoder<EnvName> = refine(
  filledText,
  (text, report) => {
    if (!ENV_NAME.test(text))
      return report(
        'is not a valid name of an environment variable',
        'write only letters, digits and _, and no digit at the start',
      )
    const kept = keptByBash(text)
    return kept ? report(`"${text}" ${kept}`, 'choose another name') : (text as EnvName)
  },
  { type: ['string', 'boolean'], pattern: ENV_NAME.source, not: { enum: [...BASH_OWN] } },
)

/** Names of variables. */
export const envNames = insteadOfScalar(list(envName), 'a list', (text) => namesAsList(text, ENV_NAME))

/** A path below the app root, normalised; `.` is the root itself. */
export const relativePath: Decoder<string> = pathBelow('the app root', 'the app')

/** A path below another root. @param root, inside how messages name it */
export function pathBelow(root: string, inside: string): Decoder<string> {
  return refine(
    filledText,
    (text, report) => {
      if (text.startsWith('/')) return report(`"${text}" is absolute`, `write a path relative to ${root}`)
      const parts = text.split('/').filter((part) => part !== '' && part !== '.')
      if (parts.includes('..'))
        return report(`"${text}" is outside ${inside}`, `write a path inside ${inside}`)
      return parts.length === 0 ? '.' : parts.join('/')
    },
    { pattern: '^(?!/)(?!([\\s\\S]*/)?\\.\\.(/|$))[\\s\\S]*\\S' },
  )
}
