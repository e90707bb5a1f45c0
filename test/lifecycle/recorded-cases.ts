/** Cases recorded from the platform's own builder and launcher: test/data/conformance/README.md says how they read. */
import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

export type RecordedFile =
  | string
  | { readonly text: string; readonly mode?: string }
  | { readonly base64: string; readonly mode?: string }
  | { readonly link: string }
  | { readonly fifo: true }
  | { readonly dir: true; readonly mode?: string }

export type RecordedFiles = Readonly<Record<string, RecordedFile>>

export interface LaunchingCase {
  readonly title: string
  readonly droplet?: RecordedFiles
  readonly command: string
  readonly env?: Readonly<Record<string, string>>
  readonly expected: { readonly exit: number; readonly stdout: string; readonly stderr: string }
}

const data = join(import.meta.dirname, '..', 'data')

/** Every case of a folder below `test/data`, by file name. */
export function recordedCases<T>(folder: string): [name: string, recorded: T][] {
  return readdirSync(join(data, folder))
    .filter((file) => file.endsWith('.json'))
    .map((file) => [
      `${folder}/${file.replace('.json', '')}`,
      JSON.parse(readFileSync(join(data, folder, file), 'utf8')) as T,
    ])
}

export function writeRecordedFiles(root: string, files: RecordedFiles = {}): void {
  const modes: [string, number][] = []
  for (const [path, file] of Object.entries(files)) {
    const target = join(root, path)
    if (typeof file === 'object' && 'dir' in file) {
      mkdirSync(target, { recursive: true })
      modes.push([target, Number.parseInt(file.mode ?? '755', 8)])
      continue
    }
    mkdirSync(dirname(target), { recursive: true })
    if (typeof file === 'object' && 'link' in file) {
      symlinkSync(file.link, target)
      continue
    }
    if (typeof file === 'object' && 'fifo' in file) {
      execFileSync('mkfifo', [target])
      continue
    }
    const bytes =
      typeof file === 'string'
        ? Buffer.from(file)
        : 'base64' in file
          ? Buffer.from(file.base64, 'base64')
          : Buffer.from(file.text)
    writeFileSync(target, bytes)
    const mode = typeof file === 'string' ? undefined : file.mode
    modes.push([target, Number.parseInt(mode ?? (bytes.toString().startsWith('#!') ? '755' : '644'), 8)])
  }
  for (const [path, mode] of modes.reverse()) chmodSync(path, mode)
}
