import { withFileSync } from '../../zip/byte-source.ts'
import { readDirectory } from '../../zip/directory.ts'

/** In every package, and in nothing else (inspect/buildpacks-beside.ts). */
const MARK = 'bin/start-node.bash'

/** Whether a file is a zip that `package` made. */
export function isPackage(file: string): boolean {
  try {
    return withFileSync(file, file, (source) => readDirectory(source).bytes.includes(MARK))
  } catch {
    return false
  }
}
