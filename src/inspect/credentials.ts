/** Checks that bound services have the credentials that sidecars use, as far as they are known before the start. */

import type { Configuration, Env, EnvValue } from '../config/sidecar.ts'
import { nearest } from '../problems/nearest.ts'
import type { Place, Problems } from '../problems/problems.ts'
import { type BoundService, describeServices, matchingServices } from '../services/bound-services.ts'

/**
 * Only warnings: a service may be bound again, with other credentials, between staging and start.
 * @param services absent: the bound services are unknown
 */
export function checkCredentials(
  { sidecars }: Pick<Configuration, 'sidecars'>,
  services: readonly BoundService[] | undefined,
  problems: Problems,
): void {
  if (!services) return
  for (const { name, place, env, appEnv } of sidecars) {
    const reported = new Set<string>()
    for (const value of [...valuesOf(env), ...valuesOf(appEnv)]) {
      const key = JSON.stringify([value.from, value.otherwise !== undefined])
      if (!reported.has(key)) checkValue(name, place, value, services, problems)
      reported.add(key)
    }
  }
}

type ServiceValue = Extract<EnvValue, { kind: 'service' }>

function valuesOf(env: Env): readonly ServiceValue[] {
  return [...env.values()].filter((value) => value.kind === 'service')
}

function checkValue(
  sidecar: string,
  place: Place,
  { from: { services: patterns, credential }, otherwise }: ServiceValue,
  services: readonly BoundService[],
  problems: Problems,
): void {
  const wanted = describeServices(patterns)
  const [bound, ...others] = matchingServices(services, patterns)
  const hasDefault = otherwise !== undefined
  if (!bound) {
    if (hasDefault) return
    const name = patterns.length === 1 && !/[*?]/.test(wanted) ? wanted : 'SERVICE'
    const what = `sidecar ${sidecar} needs service ${wanted}, which is not bound`
    problems.warning(place, what, `bind it before the start: cf bind-service APP ${name}`)
    return
  }
  if (others.length > 0) {
    const names = [bound, ...others].map((each) => each.name).join(', ')
    const what = `sidecar ${sidecar} needs exactly one service ${wanted} to start; several match: ${names}`
    problems.warning(place, what, 'write the name of one of them')
    return
  }
  const state = bound.credentialState(credential)
  if (state === 'missing' && !hasDefault) reportMissing(sidecar, place, credential, bound, problems)
  else if (state === 'empty' && credential !== undefined) {
    const what = `credential ${credential} of service ${bound.name} is empty; sidecar ${sidecar} gets an empty value`
    problems.warning(place, what)
  }
}

function reportMissing(
  sidecar: string,
  place: Place,
  credential: string | undefined,
  { name, credentialKeys }: BoundService,
  problems: Problems,
): void {
  if (credential === undefined) {
    problems.warning(place, `service ${name} has no credentials, which sidecar ${sidecar} needs to start`)
    return
  }
  const [meant] = nearest(credential, credentialKeys)
  const keys = credentialKeys.join(', ')
  const instead = meant === undefined ? `its keys are: ${keys || 'none'}` : `did you mean ${meant}?`
  const what = `service ${name} has no credential ${credential}, which sidecar ${sidecar} needs to start`
  problems.warning(place, what, instead)
}
