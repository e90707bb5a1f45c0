/** Rules about variables: a variable that is not set expands to nothing, usually because of a misspelled name. */
import { distance } from 'fastest-levenshtein'
import type { Problems } from '../../problems/problems.ts'
import type { Configuration, Env, Sidecar, Template } from '../sidecar.ts'

/**
 * Variables at the start of an app's processes and sidecars: from the platform, from bash, and from the profile.d scripts
 * of language buildpacks.
 */
const ALWAYS_KNOWN: ReadonlySet<string> = new Set(
  (
    'HOME USER PATH PWD OLDPWD HOSTNAME HOSTTYPE MACHTYPE OSTYPE LANG TMPDIR DEPS_DIR ' +
    'PORT VCAP_APP_PORT VCAP_APP_HOST VCAP_APPLICATION VCAP_SERVICES VCAP_SERVICES_FILE_PATH VCAP_PLATFORM_OPTIONS ' +
    'SERVICE_BINDING_ROOT DATABASE_URL MEMORY_LIMIT INSTANCE_GUID INSTANCE_INDEX CF_INSTANCE_ADDR CF_INSTANCE_CERT ' +
    'CF_INSTANCE_GUID CF_INSTANCE_INDEX CF_INSTANCE_INTERNAL_IP CF_INSTANCE_IP CF_INSTANCE_KEY CF_INSTANCE_PORT ' +
    'CF_INSTANCE_PORTS CF_SYSTEM_CERT_PATH HTTP_PROXY HTTPS_PROXY NO_PROXY http_proxy https_proxy no_proxy ' +
    'JAVA_HOME JAVA_OPTS JAVA_TOOL_OPTIONS CLASSPATH NODE_HOME NODE_ENV NODE_OPTIONS NODE_PATH GEM_HOME GEM_PATH ' +
    'RAILS_ENV RACK_ENV PYTHONHOME PYTHONPATH GOPATH LD_LIBRARY_PATH LIBRARY_PATH'
  ).split(' '),
)

/** Sets of known names. They are not copied, because there may be thousands of names and of sidecars. */
type Known = readonly ReadonlySet<string>[]

/** @param environment known names of the app's environment */
export function checkVariables(
  { sidecars, java }: Pick<Configuration, 'sidecars' | 'java'>,
  environment: Iterable<string>,
  problems: Problems,
): void {
  const known = [ALWAYS_KNOWN, new Set(environment)]
  /** Variables that earlier sidecars set for the app's processes, by process type. */
  const appNamesByType = new Map<string, Set<string>>()
  for (const sidecar of sidecars) {
    checkOwn(sidecar, known, problems)
    const types = sidecar.processTypes.map((type) => namesOf(appNamesByType, type))
    checkAppVariables(sidecar, [...known, ...types], problems)
    for (const names of types) for (const name of sidecar.appEnv.keys()) names.add(name)
  }
  const ofApps = [...known, ...appNamesByType.values()]
  for (const { text } of java.options) checkTemplate('java.options', text, ofApps, problems)
  for (const { options = [] } of java.agents)
    checkTemplate('options of java.agents', options, ofApps, problems)
}

function namesOf(byType: Map<string, Set<string>>, type: string): Set<string> {
  const names = byType.get(type) ?? new Set()
  byType.set(type, names)
  return names
}

/** Entries are exported in order; `args` are expanded after all of them. */
function checkOwn(sidecar: Sidecar, outer: Known, problems: Problems): void {
  const own = [...(sidecar.proxy ? ['APP_PORT'] : []), ...(sidecar.source ? ['SIDECAR_HOME'] : [])]
  const known = checkEnv(sidecar, 'env', sidecar.env, [new Set(own), ...outer], problems)
  if (sidecar.health?.kind === 'socket')
    checkTemplate(`health of ${sidecar.name}`, sidecar.health.socket, known, problems)
  for (const each of sidecar.args) checkTemplate(`args of ${sidecar.name}`, each, known, problems)
}

/** The app's processes get the `app_env` of all their sidecars, in file order. */
function checkAppVariables(sidecar: Sidecar, outer: Known, problems: Problems): void {
  const known = checkEnv(sidecar, 'app_env', sidecar.appEnv, outer, problems)
  if (sidecar.waitFor?.kind === 'socket')
    checkTemplate(`wait_for of ${sidecar.name}`, sidecar.waitFor.socket, known, problems)
}

/**
 * A value that extends the variable itself (`"$OPTS -x"`) may use it unset.
 * @returns the known names with those of `env`
 */
function checkEnv(sidecar: Sidecar, key: string, env: Env, outer: Known, problems: Problems): Known {
  const names = new Set<string>()
  const known = [names, ...outer]
  for (const [name, value] of env) {
    names.add(name)
    const template = value.kind === 'text' ? value.text : (value.otherwise ?? [])
    checkTemplate(`${key} of ${sidecar.name}`, template, known, problems)
  }
  return known
}

/** @param what the owner of the text in messages: `args of config-server` */
function checkTemplate(what: string, template: Template, known: Known, problems: Problems): void {
  for (const part of template) {
    if (typeof part === 'string' || known.some((each) => each.has(part.variable))) continue
    const meant = nearest(part.variable, known)
    // Only shown with a similar name, because it may be the end of a password, `pa$Word`.
    const shown = meant === undefined ? 'a variable' : `$${part.variable}`
    problems.warning(
      part.place,
      `${what} uses ${shown}, which neither the platform nor this file sets`,
      `${meant ? `did you mean $${meant}? It` : 'write $$ for a dollar sign; it'} is empty unless the app's environment or a buildpack sets it`,
    )
  }
}

/** The nearest name that differs from `wanted` by a typing error: some other letters, or two swapped ones. */
function nearest(wanted: string, known: Known): string | undefined {
  const letters = (name: string) => [...name.toUpperCase()].sort().join('')
  const [best] = known
    .flatMap((each) => [...each])
    .map((name) => ({ name, far: distance(wanted.toUpperCase(), name.toUpperCase()) }))
    .filter(({ name, far }) => {
      const most = letters(name) === letters(wanted) ? 2 : Math.min(3, wanted.length / 3)
      return far <= Math.max(1, most)
    })
    .sort((a, b) => a.far - b.far)
  return best?.name
}
