import { describeMemory, MIB } from '../platform/memory-size.ts'

/** Memory: whole MiB where it is one (`64M`, `1G`), else with one decimal. */
export function describeSize(bytes: number): string {
  return bytes % MIB === 0 ? describeMemory({ bytes }) : `${Math.round((bytes / MIB) * 10) / 10}M`
}
