/** Cases whose recording shows one outcome of a race: every outcome that Diego can have is made equal. */

interface Race {
  readonly why: string
  /** @param lines `OUT text`, of one source */
  readonly settle: (lines: readonly string[], source: string) => readonly string[]
}

const isStart = (line: string) => /^OUT (?:Invoking \S+ (?:scripts|command)\.|up)$/.test(line)

const LIMITED_START: Race['settle'] = (lines) => lines.filter((line) => !isStart(line))

/** A tick and the timeout come at the same moment: recorded are 15 attempts in 30 s, and 31 in 60 s. */
const LAST_TICK: Race = {
  why: 'the last tick and the timeout come together',
  settle: (lines) => lines.map((line) => line.replace(/\(\d+ attempts\)/, '(<n> attempts)')),
}

/** On a busy machine ticks get lost, as by Go's ticker; one may come together with the timeout. */
function lostTicks(least: number, most: number): Race {
  return {
    why: `ticks get lost on a busy machine: ${least} to ${most} attempts`,
    settle: (lines) =>
      lines.map((line) =>
        line.replace(/\((\d+) attempts\)/, (found, attempts) =>
          Number(attempts) >= least && Number(attempts) <= most ? '(<n> attempts)' : found,
        ),
      ),
  }
}

export const RACES: Readonly<Record<string, Race>> = {
  'command-not-found': {
    why: 'the sidecar may or may not have started when the app ends',
    settle: (lines, source) => (source.includes('SIDECAR') ? LIMITED_START(lines, source) : lines),
  },
  'http-slow-500ms': lostTicks(4, 6),
  'oom-child-exit-0': {
    why: 'standard output and standard error are read by turns',
    settle: (lines) => [...lines].sort((a, b) => Number(a.startsWith('ERR')) - Number(b.startsWith('ERR'))),
  },
  'port-never-30': LAST_TICK,
  'port-never-500ms': lostTicks(7, 11),
  'port-never-default': LAST_TICK,
  'sidecar-daemon-keeps-output': {
    why: 'a line each second and a little: 15 to 17 of them',
    settle: (lines) => {
      const others = lines.filter((line) => line !== 'OUT child')
      const children = lines.length - others.length
      return children === 0 ? lines : [...others, `as many: ${children >= 15 && children <= 17}`]
    },
  },
  'rate-limit-bytes': {
    why: 'how many lines pass depends on how long the start takes',
    settle: (lines, source) => aboutAsMany(LIMITED_START(lines, source), 15, 20),
  },
  'rate-limit-lines': {
    why: 'how many lines pass depends on how long the start takes',
    settle: (lines, source) => aboutAsMany(LIMITED_START(lines, source), 85, 100),
  },
}

function aboutAsMany(lines: readonly string[], least: number, most: number): readonly string[] {
  const numbered = lines.filter((line) => /^OUT \d+$/.test(line))
  if (numbered.length === 0) return lines
  const isInOrder = numbered.every((line, at) => Number(line.slice(4)) === at + 1)
  const isAsMany = numbered.length >= least && numbered.length <= most
  return [
    `numbered lines, in order: ${isInOrder}, as many: ${isAsMany}`,
    ...lines.filter((line) => !/^OUT \d+$/.test(line)),
  ]
}
