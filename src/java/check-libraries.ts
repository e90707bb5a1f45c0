/** Reports libraries for the app's class path that the Java buildpacks would drop, replace or ignore. */
import { posix } from 'node:path'
import type { JavaLibrary, Source } from '../config/sidecar.ts'
import type { Problem, Problems } from '../problems/problems.ts'
import { attempt } from '../system/attempt.ts'
import type { AppView } from './app-view.ts'
import type { JavaApp } from './recognition/java-app.ts'

/** Directories into which the Java buildpacks link libraries. */
const LINKED = ['BOOT-INF/lib', 'WEB-INF/lib']

/** @param app absent: not recognised as a Java app */
export function checkLibraries(
  libraries: readonly JavaLibrary[],
  app: JavaApp | undefined,
  view: AppView,
  problems: Problems,
): void {
  const folder = LINKED.find((each) => each === app?.libraryFolder)
  const seen = new Set<string>()
  for (const library of libraries) {
    const name = fileName(library.source)
    if (name === undefined) continue
    if (seen.has(name)) problems.add([sameName(library, name)])
    else if (folder !== undefined && view.sizeOf(`${folder}/${name}`) !== undefined) {
      problems.warning(
        library.place,
        `${folder} contains ${name} already: Java buildpack 5.x replaces it by the library, 4.x fails to stage the app`,
        'rename the library, or remove one of them',
      )
    }
    seen.add(name)
  }
  const [first] = libraries
  if (first && app?.file !== undefined) {
    problems.warning(
      first.place,
      `the app is started with java -jar ${app.file}, which ignores the class path, so the libraries have no effect`,
      `push the jar itself, which is then unpacked: cf push -p ${app.file}`,
    )
  }
}

/** The error for two libraries with the same file name: Java buildpack 5.x links them into one directory. */
export function sameName({ place }: JavaLibrary, name: string): Problem {
  const what = `two libraries have the file name ${name}, and the Java buildpack would use only one of them`
  return { severity: 'error', place, what, instead: 'rename one of the files' }
}

/** The file name in the droplet, if it is known beforehand. */
function fileName(source: Source): string | undefined {
  if (source.kind === 'path') return posix.basename(source.path)
  if (source.kind !== 'uri') return undefined
  return attempt(() => decodeURIComponent(posix.basename(new URL(source.uri).pathname))) || undefined
}
