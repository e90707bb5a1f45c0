const UNITS = ['bytes', 'KiB', 'MiB', 'GiB']

/** For display: `66 bytes`, `5.7 MiB`. */
export function describeBytes(bytes: number): string {
  let value = bytes
  let unit = 0
  while (value >= 1000 && unit < UNITS.length - 1) {
    value /= 1024
    unit++
  }
  return `${unit === 0 ? value : value.toFixed(1)} ${UNITS[unit]}`
}
