/** Detects changes of the files that would be pushed. */
import { existsSync, type FSWatcher, statSync, watch } from 'node:fs'
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
export function watchApp(app: string): AppWatch {
  let isChanged = false
  let tell: (() => void) | undefined
  let timer: NodeJS.Timeout | undefined
  const change = () => {
    clearTimeout(timer)
    timer = setTimeout(settle, QUIET)
  }
  const isDirectory = statSync(app).isDirectory()
  const directory = isDirectory ? app : dirname(app)
  const open = (): FSWatcher => {
    const ignore = readForeignFileIfThere(join(app, '.cfignore'), MOST.text)?.toString()
    const isIgnored = isDirectory ? ignoredByPush(ignore) : (name: string) => name !== basename(app)
    const opened = watch(directory, { recursive: isDirectory }, (_, name) => {
      // The directory itself was moved: Node.js no longer watches it, also when it is moved back.
      const isMoved = name === '' || (name === basename(directory) && !existsSync(join(directory, name)))
      if (isMoved) identity = undefined
      if (isMoved || name === null || !isIgnored(name)) change()
    })
    return opened.on('error', change)
  }
  let identity = identityOf(directory)
  let watcher = open()
  const settle = () => {
    // Build tools remove what they make anew, sometimes with its directory: a watch sees nothing of the new one.
    const now = identityOf(directory)
    if (now === undefined || !existsSync(app)) {
      identity = undefined
      return change()
    }
    if (now !== identity) {
      watcher.close()
      try {
        watcher = open()
      } catch {
        return change() // Removed again.
      }
      identity = now
    }
    isChanged = true
    tell?.()
  }
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

/** Of a directory: another one at the same path may get the same inode. */
function identityOf(directory: string): string | undefined {
  const found = statSync(directory, { bigint: true, throwIfNoEntry: false })
  return found && `${found.dev}:${found.ino}:${found.birthtimeNs}`
}
