/** Number of classes that agents and libraries load, for jars in the app. */
import type { Configuration } from '../config/sidecar.ts'
import { addedClassesOf } from '../java/added-classes.ts'
import type { AppView } from '../java/app-view.ts'

export async function addedClassesIn({ java }: Configuration, view: AppView): Promise<number> {
  const ofItems = async (use: 'agent' | 'library', items: Configuration['java']['libraries']) => {
    const counts = items.map(async ({ source, origin }) => {
      const jar =
        source.kind === 'path' && origin.kind === 'app' ? await view.classesOf(source.path) : undefined
      return jar ? addedClassesOf(use, jar, true) : 0
    })
    return (await Promise.all(counts)).reduce((sum, each) => sum + each, 0)
  }
  return (await ofItems('agent', java.agents)) + (await ofItems('library', java.libraries))
}
