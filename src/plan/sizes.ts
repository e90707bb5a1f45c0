import { describeMemory, MIB } from '../platform/memory-size.ts'

/** Memory: whole MiB where it is one (`64M`, `1G`), else with one decimal. */
export function describeSize(bytes: number): string {
  return bytes % MIB === 0 ? describeMemory({ bytes }) : `${Math.round((bytes / MIB) * 10) / 10}M`
}

/** The size of a file. */
export function describeFileSize(bytes: number): string {
  if (bytes < 1024) return `${bytes} bytes`
  return bytes < MIB ? `${(bytes / 1024).toFixed(1)} KiB` : `${(bytes / MIB).toFixed(1)} MiB`
}
