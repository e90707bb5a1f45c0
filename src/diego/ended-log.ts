/** The last lines of a run in the background that has given up: its log was in memory only. One file for each app. */
import { readdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { MOST, readForeignFileIfThere } from '../system/foreign-file.ts'
import { type LogMessages, logLineFormatter } from './logs/log-line.ts'

/** Bytes. */
const MOST_KEPT = 1024 * 1024
const SUFFIX = '.ended.log'

/** @param folder of the records */
export function endedLogFile(folder: string, app: string): string {
  return join(folder, `${encodeURIComponent(app).slice(0, 200)}${SUFFIX}`)
}

/** In the form of `cf logs`. Where it cannot be written, it is lost, as it would be without this. */
export function keepEndedLog(file: string, messages: readonly LogMessages[]): void {
  const format = logLineFormatter(false)
  const text = Buffer.concat(messages.map((each) => Buffer.from(format(each))))
  const from = text.length > MOST_KEPT ? text.indexOf('\n', text.length - MOST_KEPT) + 1 : 0
  try {
    rmSync(file, { force: true })
    writeFileSync(file, text.subarray(from), { flag: 'wx', mode: 0o600 })
  } catch {
    // The app has ended all the same.
  }
}

/** @param app absent: the app that gave up last */
export function readEndedLog(folder: string, app: string | undefined): Buffer | undefined {
  const file = app === undefined ? newest(folder) : endedLogFile(folder, app)
  return file === undefined ? undefined : readForeignFileIfThere(file, MOST.data, { noFollow: true })
}

function newest(folder: string): string | undefined {
  const files = readdirSync(folder).filter((each) => each.endsWith(SUFFIX))
  const timed = files.map((each) => join(folder, each)).map((file) => ({ file, time: timeOf(file) }))
  return timed.sort((a, b) => b.time - a.time)[0]?.file
}

const timeOf = (file: string) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0
