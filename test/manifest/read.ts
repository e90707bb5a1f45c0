/** An app manifest as text → what is read from it, and the messages. */
import type { AppManifest } from '../../src/manifest/app-manifest.ts'
import { describeProblem, Problems } from '../../src/problems/problems.ts'
import { type Choice, readAppManifest } from '../support/app-manifest.ts'

export function read(text: string | Uint8Array, choice: Choice = {}) {
  const problems = new Problems()
  const manifest = readAppManifest(text, 'manifest.yml', problems, choice)
  return { manifest, messages: problems.sorted().map(describeProblem), problems }
}

/** The same for one application with these keys, which begin at line 3, column 3; messages with their severity. */
export function readKeys(keys: string, choice: Choice = {}) {
  const { manifest, problems } = read(`applications:\n- name: a\n  ${keys}\n`, choice)
  return { manifest, said: problems.sorted().map((each) => `${each.severity}: ${describeProblem(each)}`) }
}

/** A process as it is read, without its place. */
export function processOf(manifest: AppManifest | undefined, type = 'web') {
  const { place: _, ...process } = manifest?.processes.get(type) ?? {}
  return process
}
