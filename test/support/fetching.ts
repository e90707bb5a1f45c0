import { closeSync, openSync, rmSync } from 'node:fs'
import { fetchInto } from '../../src/sources/fetch/fetch.ts'

/** Fetches into a new file, which is removed when that fails. */
export async function fetchToFile(
  uri: string,
  sum: string,
  file: string,
  options: Parameters<typeof fetchInto>[3],
): Promise<void> {
  const fd = openSync(file, 'wx+')
  try {
    await fetchInto(uri, sum, fd, options)
  } catch (thrown) {
    rmSync(file)
    throw thrown
  } finally {
    closeSync(fd)
  }
}
