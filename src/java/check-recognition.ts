/** Reports files of sidecars that change how a Java buildpack recognises the app. */
import { posix } from 'node:path'
import { APP_PLACES } from '../config/locate.ts'
import type { Problems } from '../problems/problems.ts'
import type { JavaBuildpack } from './calculators/calculator.ts'
import type { AppTree } from './recognition/app-tree.ts'
import type { BroughtFile } from './recognition/brought-files.ts'
import { type Recognitions, recogniseApp } from './recognition/java-app.ts'
import { isSameRecognition, type Recognition } from './recognition/recognition.ts'

interface RecognisedApp {
  readonly tree: AppTree
  /** The value in `JBP_CONFIG_JAVA_MAIN`. */
  readonly mainClass: string | undefined
  /** Without the files of sidecars, agents and libraries. */
  readonly alone: Recognitions
  readonly brought: readonly BroughtFile[]
}

/** Directories whose files do not influence the recognition. */
const FOLDER = 'sidecars'

/** @param buildpack the Java buildpack that stages the app; absent: either */
export async function checkRecognition(
  app: RecognisedApp,
  buildpack: JavaBuildpack | undefined,
  problems: Problems,
): Promise<void> {
  const candidates = buildpack ? [buildpack] : ([5, 4] as const)
  const whole = await recogniseApp(app.tree, app.mainClass)
  const misled = candidates.filter((each) => !isSameRecognition(app.alone[each], whole[each]))
  const [first] = misled
  if (!first) return
  const files = await misleadingFiles(app, first)
  const names = files.map(({ path }) => path).join(' and ')
  const consequences = misled.map((each) => `Java buildpack ${each}.x ${consequence(whole[each])}`)
  const what = `because of ${names}, ${consequences.join('; ')}`
  const instead = await advice(app, files, candidates)
  const place = files.find((each) => each.place)?.place
  // Without a Java app, recognition does not matter: the buildpack may only provide the JRE.
  const hasApp = misled.some((each) => app.alone[each].kind !== 'none')
  if (hasApp && misled.length === candidates.length) problems.error(place, what, instead)
  else problems.warning(place, what, instead)
}

function consequence(recognition: Recognition): string {
  if (recognition.kind === 'none') return 'does not recognise the app'
  if (recognition.kind === 'failure') return `fails to stage the app (${recognition.why})`
  return `treats the app as ${recognition.container} and runs ${recognition.runs}`
}

/** The smallest set of files that has the effect. */
async function misleadingFiles(
  app: RecognisedApp,
  buildpack: JavaBuildpack,
): Promise<readonly BroughtFile[]> {
  const inTree = app.brought.filter(
    ({ path }, at) => app.tree.has(path) && app.brought.findIndex((each) => each.path === path) === at,
  )
  let needed = inTree
  for (const each of inTree) {
    const fewer = needed.filter((other) => other !== each)
    const left = app.tree.without(pathsOf(inTree.filter((other) => !fewer.includes(other))))
    const recognised = await recogniseApp(left, app.mainClass)
    if (!isSameRecognition(app.alone[buildpack], recognised[buildpack])) needed = fewer
  }
  return needed
}

/** @returns new paths that were checked; without any, other remedies */
async function advice(
  app: RecognisedApp,
  files: readonly BroughtFile[],
  candidates: readonly JavaBuildpack[],
): Promise<string> {
  const folders = app.tree.list('').filter(({ isFolder }) => isFolder)
  const parents = ['', ...(folders.length <= 2 ? folders.map(({ name }) => `${name}/`) : [])]
  for (const parent of parents) {
    const moves = files.map(({ path }) => ({
      path,
      to: APP_PLACES.includes(path) ? 'sidecars.yml' : `${parent}${FOLDER}/${posix.basename(path)}`,
    }))
    if (moves.some(({ to }) => app.tree.has(to))) continue
    const moved = moves.reduce((tree, { path, to }) => tree.moved(path, to), app.tree)
    const recognised = await recogniseApp(moved, app.mainClass)
    if (candidates.some((each) => !isSameRecognition(app.alone[each], recognised[each]))) continue
    return `move ${moves.map(({ path, to }) => `${path} to ${to}`).join(' and ')}, and change the path in sidecars.yml`
  }
  return 'rename it, or download it with source: {uri: …, sha256: …} instead of keeping it in the app'
}

const pathsOf = (files: readonly BroughtFile[]) => new Set(files.map(({ path }) => path))
