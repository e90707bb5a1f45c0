/** A folder to bundle in, and `bundle` with the world as a test has it. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bundle } from '../../../src/packaging/bundle/bundle.ts'
import type { BundleRequest, BundleResult } from '../../../src/packaging/bundle/request.ts'

export interface Workplace {
  readonly folder: string
  /** @returns the absolute path */
  write(name: string, content: string | Buffer, mode?: number): string
  /** @param onProgress may throw, to end a run in the middle of its writing */
  bundle(
    request: Partial<BundleRequest>,
    onProgress?: (done: number, total: number) => void,
  ): Promise<BundleResult>
  remove(): void
}

/** Carries nothing. */
export const OWN_BUILDPACK = {
  buildpackDir: join(import.meta.dirname, '../../..'),
  buildpackName: 'sidecar',
  buildpackVersion: '0.0.0',
}

export const NOW = new Date('2026-03-04T05:06:08Z')
export const TOOL = '#!/bin/sh\nexec sleep 1000\n'

/** It has an executable `tool` to bundle. */
export function workplace(): Workplace {
  const folder = mkdtempSync(join(tmpdir(), 'bundle-test-'))
  const write = (name: string, content: string | Buffer, mode = 0o644) => {
    const path = join(folder, name)
    writeFileSync(path, content, { mode })
    return path
  }
  write('tool', TOOL, 0o755)
  return {
    folder,
    write,
    bundle: (request, onProgress = () => {}) =>
      bundle(
        { jar: 'app.jar', sidecars: ['tool'], inPlace: false, replace: false, dryRun: false, ...request },
        { cwd: folder, buildpack: OWN_BUILDPACK, clock: () => NOW, onProgress },
      ),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
