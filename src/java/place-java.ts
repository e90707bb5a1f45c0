/** Puts the jars of `java:` into the droplet, `deps/<i>/java/…`, and says how they reach the app's JVM. */
import { basename, join } from 'node:path'
import { InputError, type Problem } from '../config/problems.ts'
import type { JavaInjection, JavaLibrary } from '../config/sidecar.ts'
import { type CheckedSource, placeSource } from '../sources/index.ts'
import { additionalLibraries, type InjectedJava, injectedJava } from './injection.ts'
import { checkJar } from './staged-jars.ts'

export interface JavaPlaces {
  readonly depsDir: string
  /** Our deps index, as the folder is named. */
  readonly index: string
  readonly buildDir: string
  /** Of the app's JRE, where it is known (`readJavaSettings`). */
  readonly javaVersion: number | undefined
}

export interface PlacedJava {
  /** Absent: nothing is to reach the JVM. */
  readonly onApp?: InjectedJava
  /** For `config: {additional_libraries}` of config.yml; empty: leave it out. */
  readonly additionalLibraries: readonly string[]
}

/**
 * @param checked the sources of its agents and libraries
 * @throws InputError when one of them is not what it shall be
 */
export async function placeJava(
  java: JavaInjection,
  checked: ReadonlyMap<JavaLibrary, CheckedSource>,
  places: JavaPlaces,
): Promise<PlacedJava> {
  const problems: Problem[] = []
  const place = async (use: 'agent' | 'library', jar: JavaLibrary, number: number) => {
    const source = checked.get(jar)
    if (!source) throw new Error(`the source of a Java ${use} was not checked`)
    // One folder each: two of them may have the same file name.
    const folder = join('java', use === 'agent' ? 'agents' : 'libraries', String(number))
    const { files } = await placeSource(source, join(places.depsDir, places.index, folder))
    const file = files[0] ?? ''
    const found = { file: join(places.depsDir, places.index, folder, file), name: file }
    const problem =
      files.length === 1 ? checkJar(use, found, jar.place, places.javaVersion) : notOne(use, jar)
    if (problem) problems.push(problem)
    return join(places.index, folder, file)
  }
  const agents = []
  for (const [number, agent] of java.agents.entries()) {
    const path = await place('agent', agent, number)
    agents.push({ path, ...(agent.options !== undefined && { options: agent.options }) })
  }
  const libraries: string[] = []
  for (const [number, library] of java.libraries.entries()) {
    const path = await place('library', library, number)
    if (libraries.some((each) => basename(each) === basename(path))) problems.push(sameName(library, path))
    libraries.push(path)
  }
  if (problems.length > 0) throw new InputError(problems)
  const staged = { agents, libraries, options: java.options.map(({ text }) => text) }
  const any = agents.length + libraries.length + staged.options.length > 0
  return {
    ...(any && { onApp: injectedJava(staged) }),
    additionalLibraries: additionalLibraries(staged, places.buildDir),
  }
}

const notOne = (use: string, { place }: JavaLibrary): Problem => ({
  severity: 'error',
  place,
  what: `a Java ${use} is one jar, and this source is not`,
  instead: 'name a single jar',
})

/** Java buildpack 5.x links libraries by their file names into the folder of the app's own. */
const sameName = ({ place }: JavaLibrary, path: string): Problem => ({
  severity: 'error',
  place,
  what: `two libraries have the file name ${basename(path)}: the Java buildpack would lose one of them`,
  instead: 'rename one of the files',
})
