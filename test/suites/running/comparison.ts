/** A recorded and a replayed case in one form, in which equal ones are equal. */
import type { RecordedCase, RecordedEvent } from './recorded-case.ts'
import type { Observed, ObservedLine } from './replay.ts'

/** One line of a log, without what differs each time. */
export interface ComparedLine {
  readonly ms: number
  /** `OUT text` */
  readonly line: string
}

/** Lines by source, in their order; sources of Cloud Controller are not recorded. */
export type ComparedLog = ReadonlyMap<string, readonly ComparedLine[]>

/** Of each instance that has crashed or was stopped. */
export function recordedLogs(recorded: RecordedCase): readonly ComparedLog[] {
  const instances = Math.max(1, recorded.exit.all?.length ?? 0)
  return Array.from({ length: instances }, (_, at) => {
    const events = recorded.events.filter(
      ({ kind, instance }) => kind === 'log' && (instance ?? 1) === at + 1,
    )
    const first = firstLog(recorded)
    return bySource(
      events.map((event) => ({
        source: event.source ?? '',
        ms: event.ms - first,
        line: `${event.stream} ${normal(recordedText(event))}`,
      })),
    )
  })
}

function firstLog({ events }: RecordedCase): number {
  return events.find(({ kind }) => kind === 'log')?.ms ?? 0
}

export function observedLogs(observed: Observed): readonly ComparedLog[] {
  const instances: ObservedLine[][] = []
  for (const line of observed.lines) {
    if (line.source === 'CELL' && /^Cell \S+ creating/.test(String(line.text))) instances.push([])
    if (line.source !== 'API') instances.at(-1)?.push(line)
  }
  return instances.map((lines) =>
    bySource(
      lines.map(({ source, ms, stream, text }) => ({
        source,
        ms,
        line: `${stream} ${normal(observedText(text), observed)}`,
      })),
    ),
  )
}

function bySource(lines: readonly (ComparedLine & { readonly source: string })[]): ComparedLog {
  const sources = new Map<string, ComparedLine[]>()
  for (const { source, ms, line } of lines)
    sources.set(source, [...(sources.get(source) ?? []), { ms, line }])
  return new Map([...sources].sort(([a], [b]) => (a < b ? -1 : 1)))
}

const SHORTENED = 48

/** Long and binary texts by their beginning and length. */
function recordedText({ text, base64, bytes }: RecordedEvent): string {
  const content =
    base64 === undefined ? Buffer.from(text?.replace(/…$/, '') ?? '') : Buffer.from(base64, 'base64')
  return bytes === undefined && content.length <= 1000
    ? observedText(content)
    : shortened(content, bytes ?? 0)
}

function observedText(content: Buffer): string {
  if (content.length > 1000) return shortened(content, content.length)
  const text = content.toString('utf8')
  return text.includes('\ufffd') ? content.toString('hex') : text
}

function shortened(content: Buffer, bytes: number): string {
  return `${content.toString('hex', 0, SHORTENED)}… ${bytes} bytes`
}

/** Replaces what differs from one run to the next. */
function normal(text: string, observed?: Observed): string {
  let result = text
  for (const guid of observed?.guids ?? []) result = result.replaceAll(guid, '<instance>')
  for (const home of observed?.homes ?? []) result = result.replaceAll(home, '<home>')
  const port = observed ? String(observed.port) : '8080'
  return result
    .replaceAll(/<instance \d>|\btask-1\b/g, '<instance>')
    .replaceAll('<container>/home/vcap', '<home>')
    .replaceAll('cell-1', '<cell>')
    .replaceAll('<home>', '/home/vcap')
    .replaceAll(observed?.address ?? '10.255.116.44', '<address>')
    .replaceAll(/\b127\.0\.0\.1\b/g, '<address>')
    .replaceAll(new RegExp(`\\b(?:${port}|61080)\\b`, 'g'), '<port>')
    .replaceAll(/droplet \([\d.]+[A-Z]\)/g, 'droplet (<size>)')
    .replaceAll(/in \d+ms$/g, 'in <ms>')
    .replaceAll(/(?<=Failed after |never healthy after )[\dm.]+s/g, '<time>')
    .replaceAll(/(?<=line \d+:) +\d+(?= Killed)/g, ' <pid>')
}

/** Why an instance crashed, in the order of the crashes. */
export function recordedReasons({ exit }: RecordedCase): readonly string[] {
  return exit.crashed ? (exit.all ?? []).map(({ reason }) => normal(reason)) : []
}

export function observedReasons(observed: Observed): readonly string[] {
  return observed.lines.flatMap(({ source, text }) => {
    const reason = /"exit_description"=>"(.*)", "crash_count"/.exec(String(text))?.[1]
    return source === 'API' && reason !== undefined ? normal(reason, observed) : []
  })
}

/** `TERM to app`: only those that were delivered, and to the processes of the app. */
export function recordedSignals({ events, processes }: RecordedCase): readonly string[] {
  const names = processes.map(({ name, kind }) => (kind === 'app' ? 'app' : name))
  const firstCrash = events.find(({ kind, instance }) => kind === 'crash' && instance !== undefined)
  return events
    .filter(({ kind, ms }) => kind === 'signal' && ms <= (firstCrash?.ms ?? Number.POSITIVE_INFINITY))
    .map(({ text = '' }) => text)
    .filter((text) => names.some((name) => text === `TERM to ${name}` || text === `KILL to ${name}`))
    .sort()
}

export function observedSignals(observed: Observed): readonly string[] {
  const end = observed.lines.find(({ text }) => /destroying container/.test(String(text)))?.ms
  return observed.signals
    .filter(({ ms }) => ms <= (end ?? Number.POSITIVE_INFINITY))
    .map(({ name, target }) => `${name} to ${target}`)
    .sort()
}
