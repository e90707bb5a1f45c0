import type { EnvName, EnvValue, ServiceCredential, Template } from '../config/sidecar.ts'
import { quote, quoteTemplate, variablesOf } from './shell-quote.ts'

export type EnvEntry = readonly [name: EnvName, value: EnvValue]

/** The credentials that these entries are made of, each once. */
export function credentialsOf(entries: Iterable<EnvEntry>): readonly ServiceCredential[] {
  const credentials = new Map<string, ServiceCredential>()
  for (const [, value] of entries)
    if (value.kind === 'service') credentials.set(keyOf(value.from), value.from)
  return [...credentials.values()]
}

/**
 * Shell lines that export these entries one after the other, each expanded with the values then in force.
 * All credentials are looked up at once, before; one that is not there ends the shell with the reason.
 * @param sidecar whose entries they are, as a shell word
 */
export function exportLines(entries: readonly EnvEntry[], sidecar: string): readonly string[] {
  const credentials = credentialsOf(entries)
  const keys = credentials.map(keyOf)
  const exports = entries.map(([name, value]) =>
    value.kind === 'service'
      ? `export ${name}="\${__credentials[${keys.indexOf(keyOf(value.from))}]}"`
      : `export ${name}=${quoteTemplate(value.text)}`,
  )
  return credentials.length === 0 ? exports : [...lookUpLines(credentials, sidecar), ...exports]
}

/**
 * The same for a script that may be sourced twice: a value put around what the variable held
 * (`PATH: "/opt/x:$PATH"`) is put there once.
 */
export function exportOnceLines(entries: readonly EnvEntry[], sidecar: string): readonly string[] {
  const lines = exportLines(entries, sidecar)
  const first = lines.length - entries.length
  return lines.map((line, at) => {
    const [name, value] = entries[at - first] ?? []
    const around = name && value?.kind === 'text' ? partsAround(value.text, name) : undefined
    return around ? `case \${${name}-} in ${around} ;; *) ${line} ;; esac` : line
  })
}

function lookUpLines(credentials: readonly ServiceCredential[], sidecar: string): readonly string[] {
  const asked = credentials.flatMap(({ services, credential }) =>
    [String(services.length), ...services, credential].map(quote),
  )
  return [
    `mapfile -d '' -t __credentials < <(__sidecar_credentials ${sidecar} ${asked.join(' ')})`,
    `[ "\${#__credentials[@]}" = ${credentials.length} ] || exit 1`,
  ]
}

/** A shell pattern for a value that has these texts around it already; none when it is not about the variable itself. */
function partsAround(template: Template, name: EnvName): string | undefined {
  const at = template.findIndex((each) => typeof each !== 'string' && each.variable === name)
  if (at < 0 || template.length === 1) return undefined
  const [before, after] = [template.slice(0, at), template.slice(at + 1)]
  if (variablesOf(after).includes(name)) return undefined
  return `${before.length ? quoteTemplate(before) : ''}*${after.length ? quoteTemplate(after) : ''})`
}

function keyOf({ services, credential }: ServiceCredential): string {
  return JSON.stringify([services, credential])
}
