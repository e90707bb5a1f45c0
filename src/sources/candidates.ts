/** Chooses the files of a directory that may be the one to run when `executable` is not set. */
import { basename, join, posix } from 'node:path'
import { isJarName } from './archives/formats.ts'
import { type Inspection, inspectFile } from './executability/inspect.ts'
import type { SourceUse } from './source.ts'

/** Programs near the top of the directory; if there are none, programs anywhere in it. */
export function candidates(root: string, files: readonly string[], use: SourceUse): readonly string[] {
  const near = programs(root, files.filter(isNearTop(files)), use)
  return near.length > 0 ? near : programs(root, files, use)
}

/** Whether a file is in the top directory or its `bin`. A single directory that holds everything is skipped. */
function isNearTop(files: readonly string[]): (file: string) => boolean {
  const top = commonFolder(files)
  return (file) => {
    const folder = posix.dirname(file.slice(top.length))
    return folder === '.' || folder === 'bin'
  }
}

/** `caddy-2.8/` when all files are below it, else an empty string. */
function commonFolder(files: readonly string[]): string {
  const first = files[0]?.split('/').slice(0, -1) ?? []
  let depth = 0
  while (depth < first.length && files.every((each) => each.split('/')[depth] === first[depth])) depth++
  return first
    .slice(0, depth)
    .map((each) => `${each}/`)
    .join('')
}

function programs(root: string, files: readonly string[], use: SourceUse): readonly string[] {
  const isWanted =
    use === 'jar' ? isJarName : (file: string) => isProgram(inspectFile(join(root, file)), file)
  return files.filter((file) => !basename(file).startsWith('.') && isWanted(file))
}

function isProgram(inspection: Inspection, file: string): boolean {
  if (inspection.kind === 'elf') {
    return 'damaged' in inspection.elf || inspection.elf.type === 'executable' || inspection.elf.bits === 32
  }
  if (inspection.kind === 'zip') return isJarName(file)
  return inspection.kind === 'script' || (inspection.kind === 'foreign' && !inspection.asData)
}

/** `bin/otelcol.sh` → `otelcol`. */
export function stem(path: string): string {
  return posix.basename(path).replace(/\.(sh|jar|exe|bin|rb|py)$/i, '')
}
