/**
 * The directories below `deps`, one for each buildpack, named by its index.
 * Sources: docs/explanation/platform.md, "Staging".
 */
import { readdirSync } from 'node:fs'

/** `7`, or `07` with ten or more buildpacks: the index is a name, not a number. */
export function depsFolderName(position: number, buildpacks: number): string {
  return String(position).padStart(String(buildpacks).length, '0')
}

/** The directory in which the platform looks for launch.yml: `07` → `7`. This is a bug of the platform. */
export function unpaddedFolder(index: string): string {
  return String(Number(index))
}

/** Where a launch.yml must be so that the platform finds it, and so that libbuildpack's buildpacks do. */
export function launchFolders(index: string): readonly string[] {
  return [...new Set([index, unpaddedFolder(index)])]
}

/** Whether there are ten or more buildpacks, so that names are padded. */
export function isPadded(index: string): boolean {
  return index.length > 1
}

/** The directories of all buildpacks in order. The platform creates them before it runs the first one. */
function depsFolders(depsDir: string, index: string): readonly string[] {
  return readdirSync(depsDir)
    .filter((name) => /^\d+$/.test(name) && name.length === index.length)
    .sort()
}

/** The directories of earlier buildpacks. */
export function earlierFolders(depsDir: string, index: string): readonly string[] {
  return depsFolders(depsDir, index).filter((name) => name < index)
}

export function isLastFolder(depsDir: string, index: string): boolean {
  return !depsFolders(depsDir, index).some((name) => name > index)
}
