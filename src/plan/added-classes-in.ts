import type { Configuration } from '../config/sidecar.ts'
import { addedClassesOf } from '../java/added-classes.ts'
import type { AppView } from '../java/app-view.ts'

/** Number of classes that agents in the app load in addition to the app's. Its libraries load none: they are counted there. */
export async function addedClassesIn({ java }: Configuration, view: AppView): Promise<number> {
  const counts = java.agents.map(async ({ source, origin }) => {
    const jar =
      source.kind === 'path' && origin.kind === 'app' ? await view.classesOf(source.path) : undefined
    return jar ? addedClassesOf('agent', jar, true) : 0
  })
  return (await Promise.all(counts)).reduce((sum, each) => sum + each, 0)
}
