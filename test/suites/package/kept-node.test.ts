/** The Node.js that packaging keeps, damaged: the next packaging fetches it anew, by the real npm. */
import { mkdtempSync, rmSync, statSync, truncateSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { PINNED_NODE } from '../../../src/packaging/package/node-runtime.ts'
import { run, sidecarBuildpack } from '../../support/command-line.ts'

const temp = mkdtempSync(join(tmpdir(), 'kept-node-'))
afterAll(() => rmSync(temp, { recursive: true, force: true }))

async function packaged() {
  const zip = join(temp, 'buildpack.zip')
  const env = { XDG_CACHE_HOME: temp }
  const { status, stdout, stderr } = await sidecarBuildpack(['package', '-o', zip], { env })
  expect(status, stderr).toBe(0)
  return stdout + stderr
}

it('a damaged kept Node.js is fetched again, a sound one is not', async () => {
  expect(await packaged()).toContain('Downloading Node.js')
  const node = join(temp, `sidecar-buildpack/node-v${PINNED_NODE.version}-linux-x64/node`)
  expect(await packaged()).not.toContain('Fetching')
  truncateSync(node, statSync(node).size - 1)
  expect(await packaged()).toContain('Downloading Node.js')
  expect((await run('sha256sum', [node])).stdout.split(' ')[0]).toBe(PINNED_NODE.sha256)
})
