/** `package --summary`: tables in Markdown, those of dependencies as libbuildpack's packager prints them. */
import semver from 'semver'
import { describeSource } from '../../config/describe-source.ts'
import type { Source } from '../../config/sidecar.ts'
import type { SidecarsYml } from '../../config/sidecars-yml.ts'
import { describeMemory } from '../../platform/memory-size.ts'
import { Problems } from '../../problems/problems.ts'
import { type GatherRequest, gather } from './gather.ts'

/** Writes no file and downloads nothing. @returns the tables; empty when there is nothing to list */
export async function packageSummary(request: GatherRequest): Promise<string> {
  const problems = new Problems()
  const { dependencies, meaning, configuration } = await gather(request, problems)
  problems.throwIfErrors()
  const rows = dependencies.flatMap(({ name, version, stacks }) =>
    (stacks.length > 0 ? stacks : ['any']).map((stack) => ({ name, version, stack })),
  )
  const names = new Set(dependencies.map(({ name }) => name))
  const defaults = (meaning?.defaultVersions ?? []).filter(({ name }) => names.has(name))
  return [
    table(
      'Packaged binaries',
      ['name', 'version', 'cf_stacks'],
      rows
        .toSorted((a, b) => byName(a, b) || byVersion(a.version, b.version) || byText(a.stack, b.stack))
        .map(({ name, version, stack }) => [name, version, stack]),
    ),
    table(
      'Default binary versions',
      ['name', 'version'],
      defaults.toSorted(byName).map(({ name, version }) => [name, version]),
    ),
    table('Sidecars', ['name', 'process_types', 'memory', 'source'], sidecarRows(configuration?.config)),
    table('On the JVM of the app', ['kind', 'source'], javaRows(configuration?.config)),
  ].join('')
}

function javaRows(config: SidecarsYml | undefined): readonly (readonly string[])[] {
  const { agents, libraries } = config?.java ?? {}
  return [
    ...(agents ?? []).map(({ source }) => ['agent', source] as const),
    ...(libraries ?? []).map(({ source }) => ['library', source] as const),
  ].map(([kind, source]) => [kind, sourceCell(source)])
}

function sidecarRows(config: SidecarsYml | undefined): readonly (readonly string[])[] {
  return (config?.sidecars ?? []).map(({ name, process_types, memory, source }) => [
    name?.value ?? '',
    (process_types?.value ?? ['web']).join(', '),
    memory ? describeMemory(memory.value.limit) : '',
    sourceCell(source),
  ])
}

function sourceCell(source: Source | undefined): string {
  return source ? `${source.kind === 'deps' ? 'deps/*/' : ''}${describeSource(source)}` : ''
}

function table(title: string, columns: readonly string[], rows: readonly (readonly string[])[]): string {
  if (rows.length === 0) return ''
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |\n`
  return `\n${title}:\n\n${line(columns)}|${'-|'.repeat(columns.length)}\n${rows.map(line).join('')}`
}

const byText = (a: string, b: string) => (a < b ? -1 : Number(a > b))
const byName = (a: { readonly name: string }, b: { readonly name: string }) => byText(a.name, b.name)

function byVersion(a: string, b: string): number {
  return semver.valid(a) && semver.valid(b) ? semver.compare(a, b) : byText(a, b)
}
