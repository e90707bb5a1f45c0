/** Rules about variables: an expansion of one that nobody sets is empty, most often for a slip in its name. */
import { distance } from 'fastest-levenshtein'
import type { Problems } from '../problems.ts'
import type { Configuration, Env, Sidecar, Template } from '../sidecar.ts'

/**
 * What an app's processes and its sidecars find at start: of the platform, of bash, and of the profile.d scripts of the
 * language buildpacks.
 */
const ALWAYS_KNOWN = (
  'HOME USER PATH PWD OLDPWD HOSTNAME HOSTTYPE MACHTYPE OSTYPE LANG TMPDIR DEPS_DIR ' +
  'PORT VCAP_APP_PORT VCAP_APP_HOST VCAP_APPLICATION VCAP_SERVICES VCAP_SERVICES_FILE_PATH VCAP_PLATFORM_OPTIONS ' +
  'SERVICE_BINDING_ROOT DATABASE_URL MEMORY_LIMIT INSTANCE_GUID INSTANCE_INDEX CF_INSTANCE_ADDR CF_INSTANCE_CERT ' +
  'CF_INSTANCE_GUID CF_INSTANCE_INDEX CF_INSTANCE_INTERNAL_IP CF_INSTANCE_IP CF_INSTANCE_KEY CF_INSTANCE_PORT ' +
  'CF_INSTANCE_PORTS CF_SYSTEM_CERT_PATH HTTP_PROXY HTTPS_PROXY NO_PROXY http_proxy https_proxy no_proxy ' +
  'JAVA_HOME JAVA_OPTS JAVA_TOOL_OPTIONS CLASSPATH NODE_HOME NODE_ENV NODE_OPTIONS NODE_PATH GEM_HOME GEM_PATH ' +
  'RAILS_ENV RACK_ENV PYTHONHOME PYTHONPATH GOPATH LD_LIBRARY_PATH LIBRARY_PATH'
).split(' ')

/** @param environment names of the app's own environment, as far as it is known */
export function checkVariables(
  { sidecars }: Pick<Configuration, 'sidecars'>,
  environment: Iterable<string>,
  problems: Problems,
): void {
  const known = new Set([...ALWAYS_KNOWN, ...environment])
  for (const sidecar of sidecars) {
    checkOwn(sidecar, known, problems)
    checkOfTheApp(sidecar, sidecars, known, problems)
  }
}

/** Entries are exported in their order, `args` expanded after all of them. */
function checkOwn(sidecar: Sidecar, known: ReadonlySet<string>, problems: Problems): void {
  const own = new Set(known)
  if (sidecar.proxy) own.add('APP_PORT')
  if (sidecar.source) own.add('SIDECAR_HOME')
  checkEnv(sidecar, 'env', sidecar.env, own, problems)
  for (const each of sidecar.args) checkTemplate(sidecar, 'args', each, own, problems)
}

/** The app's processes get the `app_env` of all their sidecars, in the order of the file. */
function checkOfTheApp(
  sidecar: Sidecar,
  all: readonly Sidecar[],
  known: ReadonlySet<string>,
  problems: Problems,
): void {
  const beside = all.filter(({ processTypes }) =>
    processTypes.some((type) => sidecar.processTypes.includes(type)),
  )
  const before = beside.slice(0, beside.indexOf(sidecar)).flatMap(({ appEnv }) => [...appEnv.keys()])
  const inTheApp = new Set([...known, ...before])
  checkEnv(sidecar, 'app_env', sidecar.appEnv, inTheApp, problems)
  if (sidecar.waitFor?.kind === 'socket')
    checkTemplate(sidecar, 'wait_for', sidecar.waitFor.socket, inTheApp, problems)
}

/** Adds the names of `env` to `known`. A value around the variable itself (`"$OPTS -x"`) takes it as it may be. */
function checkEnv(sidecar: Sidecar, key: string, env: Env, known: Set<string>, problems: Problems): void {
  for (const [name, value] of env) {
    const expanded = known.has(name) ? known : new Set([...known, name])
    if (value.kind === 'text') checkTemplate(sidecar, key, value.text, expanded, problems)
    known.add(name)
  }
}

function checkTemplate(
  { name, place }: Sidecar,
  key: string,
  template: Template,
  known: ReadonlySet<string>,
  problems: Problems,
): void {
  for (const part of template) {
    if (typeof part === 'string' || known.has(part.variable)) continue
    const meant = nearest(part.variable, known)
    problems.warning(
      part.place ?? place,
      `${key} of ${name} expands $${part.variable}, which neither the platform nor this file sets`,
      `${meant ? `write $${meant}, if that is meant` : 'write $$ for a dollar sign'}; it is empty unless the app's environment or a buildpack has it`,
    )
  }
}

/** The nearest name that a slip of the fingers turns into `wanted`: some letters others, or two in the other order. */
function nearest(wanted: string, known: ReadonlySet<string>): string | undefined {
  const letters = (name: string) => [...name.toUpperCase()].sort().join('')
  const [best] = [...known]
    .map((name) => ({ name, far: distance(wanted.toUpperCase(), name.toUpperCase()) }))
    .filter(({ name, far }) => {
      const most = letters(name) === letters(wanted) ? 2 : Math.min(3, wanted.length / 3)
      return far <= Math.max(1, most)
    })
    .sort((a, b) => a.far - b.far)
  return best?.name
}
