import { readConfiguration } from '../../src/config/read.ts'
import type { Configuration } from '../../src/config/sidecar.ts'
import { describeProblem, Problems } from '../../src/problems/problems.ts'

type Rule = (configuration: Configuration, problems: Problems) => void

/** Of sidecars, each the inside of a flow map that begins with its name. */
export function fileOf(...sidecars: readonly string[]): string {
  return `sidecars:\n${sidecars.map((each) => `  - {command: x, name: ${each}}\n`).join('')}`
}

function read(text: string, problems: Problems): Configuration {
  return readConfiguration({ appDir: '/', env: { SIDECARS_CONFIG: text } }, problems).configuration
}

/** What a user reads of a `sidecars.yml`, each as `error 2:24: what; remedy`. @param further a rule of staging */
export function problemsIn(text: string, further: Rule = () => {}): readonly string[] {
  const problems = new Problems()
  further(read(text, problems), problems)
  return problems
    .sorted()
    .map((each) => `${each.severity} ${describeProblem(each).replace('$SIDECARS_CONFIG:', '')}`)
}

export const problemsOf = (...sidecars: readonly string[]) => problemsIn(fileOf(...sidecars))

/** The readable part of a `sidecars.yml`. */
export const configurationIn = (text: string) => read(text, new Problems())

/** @param keys the inside of a flow map, after `name: a` */
export const sidecarWith = (keys: string) => configurationIn(`sidecars: [{name: a, ${keys}}]`).sidecars[0]
