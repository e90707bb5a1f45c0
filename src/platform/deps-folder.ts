/**
 * The folders below `deps`, one for each buildpack, named by its index.
 * Sources: docs/explanation/platform.md, "Staging".
 */
import { readdirSync } from 'node:fs'

/** `7`, or `07` when there are ten buildpacks or more: the index is a name, not a number. */
export function depsFolderName(position: number, buildpacks: number): string {
  return String(position).padStart(String(buildpacks).length, '0')
}

/** The folder in which the platform looks for launch.yml: `07` → `7`. This is a fault of the platform. */
export function unpaddedFolder(index: string): string {
  return String(Number(index))
}

/** Whether there are ten buildpacks or more, so that names are padded. */
export function isPadded(index: string): boolean {
  return index.length > 1
}

/** The folders of all buildpacks in order. The platform makes them before it runs the first. */
export function depsFolders(depsDir: string, index: string): readonly string[] {
  return readdirSync(depsDir)
    .filter((name) => /^\d+$/.test(name) && name.length === index.length)
    .sort()
}

/** Those of the buildpacks before this one. */
export function earlierFolders(depsDir: string, index: string): readonly string[] {
  return depsFolders(depsDir, index).filter((name) => name < index)
}

export function isLastFolder(depsDir: string, index: string): boolean {
  return !depsFolders(depsDir, index).some((name) => name > index)
}
