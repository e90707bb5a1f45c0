import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { ProcessType } from '../../../src/config/sidecar.ts'
import { renderProfileScript } from '../../../src/droplet/profile-script.ts'
import { MemoryCgroup, noCgroups } from '../../support/memory-cgroup.ts'

const MIB = 1024 ** 2
const skipped = noCgroups()
const web = 'web' as ProcessType
const apps = new Map([[web, { memory: { bytes: 256 * MIB }, sidecars: [] }]])

/** MEMORY_LIMIT as the app's process sees it, in a container of so many MB. */
function limitSeen(container: number, given: string): string {
  const directory = mkdtempSync(join(tmpdir(), 'container-'))
  const script = join(directory, 'profile.sh')
  writeFileSync(script, renderProfileScript({ index: '0', apps, otherCommands: [], onPath: [] }))
  const cgroup = MemoryCgroup.create(container * MIB)
  if (!cgroup) throw new Error('no cgroup')
  try {
    const enter = `echo $$ > ${join(cgroup.directory, 'cgroup.procs')}; . ${script}; echo "$MEMORY_LIMIT"`
    const env = {
      PATH: process.env.PATH,
      DEPS_DIR: directory,
      MEMORY_LIMIT: given,
      VCAP_APPLICATION: '{"process_type":"web"}',
    }
    const { stdout, stderr } = spawnSync('bash', ['--norc', '-c', enter], { env, encoding: 'utf8' })
    expect(stderr).toBe('')
    return stdout.trim()
  } finally {
    cgroup.remove()
    rmSync(directory, { recursive: true })
  }
}

describe(`the sidecars' memory in a real container${skipped ? `: skipped, ${skipped}` : ''}`, () => {
  it.skipIf(skipped).each([
    ['subtracted by the platform', 1024, '768m', '768m'],
    ['subtracted by nobody', 1024, '1024m', '768m'],
    ['subtracted by the platform, which adds 32 MB for its proxy', 1056, '768m', '768m'],
    ['subtracted by nobody, written in another unit', 1024, '1G', '768m'],
    ['subtracted by nobody, in a container that is larger than the app', 4096, '1024m', '1024m'],
  ])('is %s: taken off once', (_how, container, given, seen) => {
    expect(limitSeen(container, given)).toBe(seen)
  })
})
