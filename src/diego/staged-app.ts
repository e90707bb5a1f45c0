/** The part of `result.json` for running: the process types and sidecars that staging found. */
import { megabytes } from '../platform/memory-size.ts'
import type { InstanceSidecar } from './instance-spec.ts'

export interface StagedApp {
  /** Start commands by process type. */
  readonly processes: ReadonlyMap<string, string>
  readonly sidecars: readonly (InstanceSidecar & { readonly processTypes: readonly string[] })[]
}

/** @throws SyntaxError or TypeError when the text is not the result of a staging */
export function readStagedApp(text: string): StagedApp {
  const result = JSON.parse(text) as {
    readonly process_types: Readonly<Record<string, string>> | null
    readonly sidecars?: readonly {
      readonly name: string
      readonly process_types: readonly string[]
      readonly command: string
      readonly memory?: number
    }[]
  }
  return {
    processes: new Map(Object.entries(result.process_types ?? {})),
    sidecars: (result.sidecars ?? []).map(({ name, process_types, command, memory }) => ({
      name,
      processTypes: process_types,
      command,
      ...(memory && { memory: megabytes(memory) }),
    })),
  }
}
