/**
 * How the memory of a process is divided between the app and its sidecars.
 * Sources: docs/explanation/platform.md, "Memory".
 */

import { DEFAULT_MEMORY } from './limits.ts'
import type { MemorySize } from './memory-size.ts'

export interface Reservation {
  readonly memory?: MemorySize | undefined
}

export interface MemoryChoice {
  /** Of the manifest. */
  readonly manifest?:
    | {
        readonly processes: ReadonlyMap<string, { readonly memory?: MemorySize }>
      }
    | undefined
  /** Of the command line. */
  readonly memory?: MemorySize | undefined
}

/**
 * The memory of a process: `--memory` if it is web, as with `cf push -m`, else the manifest, else `--memory`, else the
 * platform's default.
 */
export function processMemory(type: string, { manifest, memory }: MemoryChoice): MemorySize {
  const ofManifest = manifest?.processes.get(type)?.memory
  return (type === 'web' ? (memory ?? ofManifest) : (ofManifest ?? memory)) ?? DEFAULT_MEMORY
}

/** The sidecars that run in the instances of a process type. */
export function attachedTo<T extends { readonly processTypes: readonly string[] }>(
  type: string,
  sidecars: readonly T[],
): readonly T[] {
  return sidecars.filter(({ processTypes }) => processTypes.includes(type))
}

/** The sum of the sidecars' reservations in bytes; a sidecar without memory reserves none. */
export function reservedBytes(sidecars: readonly Reservation[]): number {
  return sidecars.reduce((sum, { memory }) => sum + (memory?.bytes ?? 0), 0)
}

/**
 * The memory that the sidecars leave to the app.
 * @returns undefined when Cloud Controller refuses: sidecars that reserve memory must leave some
 */
export function memoryOfApp(process: MemorySize, reserved: number): MemorySize | undefined {
  const bytes = process.bytes - reserved
  return reserved === 0 || bytes > 0 ? { bytes } : undefined
}
