/** Detects changes of the files that would be pushed. */
import { watch } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { ignoredByPush } from '../lifecycle/push/cfignore.ts'
import { MOST, readForeignFileIfThere } from '../system/foreign-file.ts'

export interface AppWatch {
  /** Resolves when a file has changed since the last call and no further change follows for a moment; or at the end. */
  readonly changed: () => Promise<void>
  readonly end: () => void
}

/** Editors write a file in several steps, milliseconds. */
const QUIET = 100

/** @param app a directory, or an archive */
export async function watchApp(app: string): Promise<AppWatch> {
  let isChanged = false
  let tell: (() => void) | undefined
  let timer: NodeJS.Timeout | undefined
  const change = () => {
    clearTimeout(timer)
    timer = setTimeout(() => {
      isChanged = true
      tell?.()
    }, QUIET)
  }
  const isDirectory = (await stat(app)).isDirectory()
  const isIgnored = ignoredByPush(readForeignFileIfThere(join(app, '.cfignore'), MOST.text)?.toString())
  const watcher = isDirectory
    ? watch(app, { recursive: true }, (_, name) => (name === null || !isIgnored(name)) && change())
    : watch(dirname(app), (_, name) => name === basename(app) && change())
  // A directory that is removed meanwhile causes another change.
  watcher.on('error', change)
  return {
    changed: () =>
      new Promise((resolve) => {
        const take = () => {
          isChanged = false
          tell = undefined
          resolve()
        }
        if (isChanged) take()
        else tell = take
      }),
    end: () => {
      clearTimeout(timer)
      watcher.close()
      isChanged = true
      tell?.()
    },
  }
}
