// Times commands as whole processes, in turn, for many rounds.
import { spawnSync } from 'node:child_process'

/**
 * @param {Record<string, string[] | {argv: string[], env?: object, before?: () => void}>} commands by name
 * @param {number} rounds
 * @returns {Record<string, number>} medians in milliseconds
 */
export function medians(commands, rounds) {
  const times = Object.fromEntries(Object.keys(commands).map((name) => [name, []]))
  for (let round = -1; round < rounds; round++) {
    for (const [name, command] of Object.entries(commands)) {
      const { argv, env, before } = Array.isArray(command) ? { argv: command } : command
      before?.()
      const start = process.hrtime.bigint()
      const { status, stderr, error } = spawnSync(argv[0], argv.slice(1), {
        env: env ?? process.env,
        stdio: ['ignore', 'ignore', 'pipe'],
      })
      const elapsed = Number(process.hrtime.bigint() - start) / 1e6
      if (error || (status !== 0 && !command.mayFail))
        throw new Error(`${name}: ${error ?? `status ${status}: ${stderr}`}`)
      if (round >= 0) times[name].push(elapsed)
    }
  }
  return Object.fromEntries(Object.entries(times).map(([name, each]) => [name, median(each)]))
}

export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}
