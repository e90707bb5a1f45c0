/** The part of the start script for `health` and memory guards (watch.bash). */
import type { Health, Sidecar } from '../config/sidecar.ts'
import { getWords, readinessWords } from './check-words.ts'
import { quote } from './shell-quote.ts'

/** Interval of checks until the first success, in milliseconds; a shorter `interval` is used instead. */
const FIRST_CHECKS = 1000
/** The same if other sidecars wait for it. */
const AWAITED_CHECKS = 250

/** Whether it is watched for more than its end. */
export function isWatched({ health, memoryGuard }: Sidecar): boolean {
  return health !== undefined || memoryGuard !== undefined
}

export function watchBlocks(sidecar: Sidecar): Readonly<Record<string, boolean>> {
  const { health } = sidecar
  const probe = health?.kind === 'http' || health?.kind === 'command'
  return {
    watched: isWatched(sidecar),
    health: health !== undefined,
    guard: sidecar.memoryGuard !== undefined,
    probe,
    probeHttp: health?.kind === 'http',
    listening: health !== undefined && !probe,
  }
}

export function watchValues(
  { health, stop, memory }: Sidecar,
  isFollowed: boolean,
): Readonly<Record<string, string>> {
  return {
    ...(health && healthValues(health, isFollowed)),
    memory: String((memory?.bytes ?? 0) / 1024),
    stopWait: hundredths(stop?.delay ?? 0),
  }
}

function healthValues(health: Health, isFollowed: boolean): Readonly<Record<string, string>> {
  return {
    ...checkValues(health),
    interval: hundredths(health.interval),
    firstCheck: hundredths(Math.min(isFollowed ? AWAITED_CHECKS : FIRST_CHECKS, health.interval)),
    grace: hundredths(health.grace),
    healthTimeout: hundredths(health.timeout),
    failures: String(health.failures),
    times: health.failures === 1 ? 'once' : `${health.failures} times in a row`,
    timedOut: quote(`no ${health.kind === 'http' ? 'answer' : 'end'} within ${seconds(health.timeout)} s`),
  }
}

/** Shell text of the check, and its name in messages. */
function checkValues(health: Health): Readonly<Record<string, string>> {
  if (health.kind === 'command') {
    return {
      probe: `/bin/bash -c ${quote(health.command)} bash {__pause}>&- || __said="exit status $?"`,
      checked: quote('command'),
    }
  }
  const [checked, listening] = readinessWords(health)
  if (health.kind !== 'http') return { checked, listening }
  const probe =
    // Its own limit is above the timeout, at which the supervisor kills it.
    `__sidecar_get ${getWords(health.url)} ${seconds(health.timeout + 1000)} || ` +
    `{ __said=\${status:+status $status}; __said=\${__said:-no answer}; }`
  return { checked, probe }
}

function seconds(milliseconds: number): string {
  return String(milliseconds / 1000)
}

/** Milliseconds in the unit of /proc/uptime. */
export function hundredths(milliseconds: number): string {
  return String(Math.ceil(milliseconds / 10))
}
