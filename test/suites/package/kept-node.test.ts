/** The Node.js that packaging keeps, damaged: the next packaging fetches it anew, by the real npm. */
import { statSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { PINNED_NODE } from '../../../src/packaging/package/node-runtime.ts'
import { run, sidecarBuildpack } from '../../support/command-line.ts'
import { temporaryFolder } from '../../support/files.ts'

const temp = temporaryFolder()

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
