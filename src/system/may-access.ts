import { accessSync } from 'node:fs'

/** @param mode `W_OK`, `X_OK` of node:fs; false also for a path that does not exist */
export function mayAccess(path: string, mode: number): boolean {
  try {
    accessSync(path, mode)
    return true
  } catch {
    return false
  }
}
