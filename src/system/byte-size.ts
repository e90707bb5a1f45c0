/** Sizes of files and downloads, for display. */
const UNITS = ['bytes', 'KiB', 'MiB', 'GiB']

/** `66 bytes`, `5.7 MiB` */
export function describeBytes(bytes: number): string {
  let value = bytes
  let unit = 0
  while (value >= 1000 && unit < UNITS.length - 1) {
    value /= 1024
    unit++
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${UNITS[unit]}`
}

/** `0.5 MiB`, `104.0 MiB`: sizes that a reader compares with each other. */
export function describeMebibytes(bytes: number): string {
  return `${(bytes / 1024 ** 2).toFixed(1)} MiB`
}
