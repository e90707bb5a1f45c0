import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ownFolder } from '../buildpack/own-folder.ts'
import type { Release } from './stand-in-app.ts'

/** A program of this project that the start command runs. @param name of its file in `dist` */
export function ownProgram(name: string, args: string): Required<Pick<Release, 'files'>> & { run: string } {
  return {
    run: `node "$DEPS_DIR"/*/${name} ${args}`,
    files: { [name]: readFileSync(join(ownFolder(), 'dist', name), 'utf8') },
  }
}
