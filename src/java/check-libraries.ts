/** Libraries for the app's class path: what the Java buildpacks would lose, replace or pass over. */
import { posix } from 'node:path'
import type { Problem, Problems } from '../config/problems.ts'
import type { JavaLibrary, Source } from '../config/sidecar.ts'
import type { AppView } from './app-view.ts'
import type { JavaApp } from './recognition/java-app.ts'

/** Where the Java buildpacks link libraries to, beside the app's own. */
const LINKED = ['BOOT-INF/lib', 'WEB-INF/lib']

/** @param app absent: no Java app, as far as can be known */
export function checkLibraries(
  libraries: readonly JavaLibrary[],
  app: JavaApp | undefined,
  view: AppView,
  problems: Problems,
): void {
  const folder = LINKED.find((each) => each === app?.libraryFolder)
  const own = new Set(folder === undefined ? [] : view.list(folder).map(({ name }) => name))
  const seen = new Set<string>()
  for (const library of libraries) {
    const name = fileName(library.source)
    if (name === undefined) continue
    if (seen.has(name)) problems.add([sameName(library, name)])
    else if (own.has(name)) {
      problems.warning(
        library.place,
        `${folder} has a ${name} too: Java buildpack 5.x puts the library in its place, 4.x does not stage the app`,
        'rename the library, or take one of them away',
      )
    }
    seen.add(name)
  }
  const [first] = libraries
  if (first && app?.file?.endsWith('.jar')) {
    problems.warning(
      first.place,
      `the app is started as java -jar ${app.file}, which looks at no class path: no library arrives`,
      `push the jar itself (cf push -p ${app.file}), which unpacks it`,
    )
  }
}

/** What two libraries of one file name are refused with: Java buildpack 5.x links them by it into one folder. */
export function sameName({ place }: JavaLibrary, name: string): Problem {
  const what = `two libraries have the file name ${name}: the Java buildpack would lose one of them`
  return { severity: 'error', place, what, instead: 'rename one of the files' }
}

/** As it will lie in the droplet, where that can be known beforehand. */
function fileName(source: Source): string | undefined {
  if (source.kind === 'path') return posix.basename(source.path)
  return source.kind === 'uri' ? lastSegment(source.uri) : undefined
}

function lastSegment(uri: string): string | undefined {
  try {
    return decodeURIComponent(posix.basename(new URL(uri).pathname)) || undefined
  } catch {
    return undefined
  }
}
