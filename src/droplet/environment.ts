import type { EnvName, EnvValue, Template } from '../config/sidecar.ts'
import { quote, quoteTemplate, variablesOf } from './shell-quote.ts'

type EnvEntry = readonly [name: EnvName, value: EnvValue]
type ServiceValue = Extract<EnvValue, { kind: 'service' }>

/** Whether one of these entries uses a bound service. */
export function needServices(entries: Iterable<EnvEntry>): boolean {
  return lookUps(entries).length > 0
}

/**
 * Shell lines that export these entries in order; each is expanded with the current values.
 * All credentials are looked up together beforehand; a missing one ends the shell with the reason.
 * @param sidecar the name of their sidecar, as a shell word
 */
export function exportLines(entries: readonly EnvEntry[], sidecar: string): readonly string[] {
  return linesOf(entries, sidecar, exportText)
}

/**
 * The same for a script that may be sourced twice: a value that extends the variable itself (`PATH: "/opt/x:$PATH"`) is
 * added once.
 */
export function exportOnceLines(entries: readonly EnvEntry[], sidecar: string): readonly string[] {
  return linesOf(entries, sidecar, (name, text) => {
    const around = partsAround(text, name)
    const line = exportText(name, text)
    return around ? `case \${${name}-} in ${around} ;; *) ${line} ;; esac` : line
  })
}

function linesOf(
  entries: readonly EnvEntry[],
  sidecar: string,
  textLine: (name: EnvName, text: Template) => string,
): readonly string[] {
  const asked = lookUps(entries)
  const requests = asked.map(requestOf)
  const lines = entries.map(([name, value]) => {
    if (value.kind === 'text') return textLine(name, value.text)
    const found = `__credentials[${requests.indexOf(requestOf(value))}]`
    if (value.otherwise === undefined) return `export ${name}="\${${found}}"`
    const otherwise = textLine(name, value.otherwise)
    return `if [ "\${${found}}" ]; then export ${name}="\${${found}#=}"; else ${otherwise}; fi`
  })
  if (asked.length === 0) return lines
  return [
    `mapfile -d '' -t __credentials < <(__sidecar_credentials ${sidecar} ${requests.join(' ')})`,
    `[ "\${#__credentials[@]}" = ${asked.length} ] || exit 1`,
    ...lines,
  ]
}

/** The credentials that these entries use, without duplicates. */
function lookUps(entries: Iterable<EnvEntry>): readonly ServiceValue[] {
  const values = new Map<string, ServiceValue>()
  for (const [, value] of entries) if (value.kind === 'service') values.set(requestOf(value), value)
  return [...values.values()]
}

/** The arguments of credentials.pl, as shell words. */
function requestOf({ from: { services, credential = '' }, otherwise }: ServiceValue): string {
  return [`${services.length}${otherwise ? '?' : ''}`, ...services, credential].map(quote).join(' ')
}

function exportText(name: EnvName, text: Template): string {
  return `export ${name}=${quoteTemplate(text)}`
}

/** A shell pattern for a value that is already extended; undefined if the entry does not use the variable itself. */
function partsAround(template: Template, name: EnvName): string | undefined {
  const at = template.findIndex((each) => typeof each !== 'string' && each.variable === name)
  if (at < 0 || template.length === 1) return undefined
  const [before, after] = [template.slice(0, at), template.slice(at + 1)]
  if (variablesOf(after).includes(name)) return undefined
  return `${before.length ? quoteTemplate(before) : ''}*${after.length ? quoteTemplate(after) : ''})`
}
