/** Opens each jar of a configuration that exists before staging once: for its problems and its classes. */
import { statSync } from 'node:fs'
import { join } from 'node:path'
import type { Configuration, JavaLibrary, Origin, Sidecar, Source } from '../config/sidecar.ts'
import type { Problems } from '../problems/problems.ts'
import { type InspectedJar, inspectJar, type JarUse, jarStart, type StagedJarFile } from './staged-jars.ts'

/** By sidecar, agent or library; without jars that must be downloaded. */
export type InspectedJars = ReadonlyMap<Sidecar | JavaLibrary, InspectedJar & { readonly file: string }>

/** @param javaVersion of the JRE that will run them, if it is known */
export function inspectJars(
  { sidecars, java }: Configuration,
  appDir: string,
  javaVersion: number | undefined,
  problems: Problems,
): InspectedJars {
  const jars = new Map<Sidecar | JavaLibrary, InspectedJar & { readonly file: string }>()
  const inspect = (use: JarUse, item: Sidecar | JavaLibrary) => {
    const jar = item.source && jarFile(item.source, item.origin, appDir)
    if (!jar) return
    const inspected = inspectJar(use, jar, item.place, javaVersion)
    if (inspected.problem) problems.add([inspected.problem])
    jars.set(item, { ...inspected, file: jar.file })
  }
  for (const each of java.agents) inspect('agent', each)
  for (const each of java.libraries) inspect('library', each)
  for (const sidecar of sidecars) {
    if (sidecar.command !== undefined) continue
    inspect('sidecar', sidecar)
    const jar = jars.get(sidecar)
    const start = jar && !jar.problem ? jarStart(sidecar, jar) : undefined
    if (start && 'problem' in start) problems.add([start.problem])
  }
  return jars
}

/** The path of a source that is a jar or war of the app or the buildpack. */
export function jarPathOf(source: Source | undefined): string | undefined {
  return source?.kind === 'path' && /\.[jw]ar$/.test(source.path) ? source.path : undefined
}

function jarFile(source: Source, origin: Origin, appDir: string): StagedJarFile | undefined {
  const name = jarPathOf(source)
  if (name === undefined) return undefined
  const file = join(origin.kind === 'app' ? appDir : origin.directory, name)
  return statSync(file, { throwIfNoEntry: false })?.isFile() ? { file, name } : undefined
}
