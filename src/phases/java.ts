/** Adds agents, libraries, options and jar sidecars to the droplet. Loaded only if something uses Java. */
import { basename, join } from 'node:path'
import type { Configuration, JavaLibrary, Sidecar, Template } from '../config/sidecar.ts'
import { javaPath } from '../droplet/droplet-paths.ts'
import { addedClassesOf } from '../java/added-classes.ts'
import type { JavaCheck } from '../java/check-java-app.ts'
import { sameName } from '../java/check-libraries.ts'
import type { StagedJava } from '../java/injection.ts'
import { chosenJavaVersion, readJavaSettings } from '../java/java-settings.ts'
import { inspectJar, jarStart } from '../java/staged-jars.ts'
import { InputError, type Problem } from '../problems/problems.ts'
import { type CheckedSource, placeSource } from '../sources/index.ts'
import type { PhaseContext } from './context.ts'
import type { Failures } from './failures.ts'

/** Puts agents and libraries into `deps/<index>/java`, each into its directory. */
export async function stageJava(
  { java }: Configuration,
  sources: ReadonlyMap<Sidecar | JavaLibrary, CheckedSource>,
  { settings, jars, buildpack }: JavaCheck,
  context: PhaseContext,
  failures: Failures,
): Promise<StagedJava> {
  let addedClasses = 0
  const stage = async (use: 'agent' | 'library', item: JavaLibrary, folder: string) => {
    const checked = sources.get(item)
    if (!checked) throw new Error('a jar was not checked before it was staged')
    const path = javaPath(context.index, folder)
    const home = join(context.depsDir, path)
    const { files } = await placeSource(checked, home)
    const [file, ...others] = files
    if (file === undefined || others.length > 0) {
      const problem = notOneJar(use, item, files.length)
      throw new InputError([problem])
    }
    const jar =
      jars.get(item) ??
      inspectJar(
        use,
        { file: join(home, file), name: file },
        item.place,
        chosenJavaVersion(settings, buildpack),
      )
    refuse(jar.problem)
    addedClasses += addedClassesOf(use, jar, jars.has(item) && item.origin.kind === 'app')
    context.log.info(`Java ${use} ${file} added to the JVM of the app`)
    return `${path}/${file}`
  }
  const agents: { path: string; options?: Template }[] = []
  for (const [at, agent] of java.agents.entries()) {
    const path = await failures.collect(() => stage('agent', agent, `agent-${at}`))
    if (path !== undefined) agents.push({ path, ...(agent.options && { options: agent.options }) })
  }
  const libraries = new Map<string, string>()
  for (const [at, library] of java.libraries.entries()) {
    await failures.collect(async () => {
      const path = await stage('library', library, `library-${at}`)
      const name = basename(path)
      if (libraries.has(name)) refuse(sameName(library, name))
      libraries.set(name, path)
    })
  }
  const options = java.options.map(({ text }) => text)
  if (options.length > 0) context.log.info(`JVM options of the app: ${options.length} added`)
  return { agents, libraries: [...libraries.values()], options, addedClasses }
}

/** JVM options of a placed jar sidecar. @throws InputError when it cannot run in its memory */
export function jvmOptionsOf(
  sidecar: Sidecar,
  file: string,
  check: JavaCheck | undefined,
  env: PhaseContext['env'],
): readonly string[] {
  const settings = check?.settings ?? readJavaSettings(env)
  // A setup script may have changed the jar since it was inspected.
  const inspected = sidecar.setup === undefined ? check?.jars.get(sidecar) : undefined
  const version = chosenJavaVersion(settings, check?.buildpack)
  const jar = inspected ?? inspectJar('sidecar', { file, name: sidecar.name }, sidecar.place, version)
  refuse(jar.problem)
  const started = jarStart(sidecar, jar)
  if ('problem' in started) throw new InputError([started.problem])
  return started.jvmOptions
}

function notOneJar(use: 'agent' | 'library', { place }: JavaLibrary, count: number): Problem {
  const what = `${use === 'agent' ? 'an agent' : 'a library'} must be one jar, got ${count} files`
  return { severity: 'error', place, what, instead: 'use the URI of the jar' }
}

function refuse(problem: Problem | undefined): void {
  if (problem) throw new InputError([problem])
}
