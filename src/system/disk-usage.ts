import { execFile } from 'node:child_process'
import { promisify } from 'node:util'

/** Bytes that the files of a directory take on the disk. @throws Error when some of them cannot be seen */
export async function diskUsage(directory: string): Promise<number> {
  const { stdout } = await promisify(execFile)('du', ['-sk', directory])
  return Number.parseInt(stdout, 10) * 1024
}
