import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { ownFolder } from '../../../src/buildpack/own-folder.ts'
import { PINNED_NODE } from '../../../src/packaging/package/node-runtime.ts'

it('SECURITY.md names the Node.js that is pinned', () => {
  const text = readFileSync(join(ownFolder(), 'SECURITY.md'), 'utf8')
  const { version, npmPackage, integrity, sha256 } = PINNED_NODE
  for (const each of [`| ${version} `, npmPackage, integrity.replace('sha512-', ''), sha256]) {
    expect(text).toContain(each)
  }
  expect(text).toContain(`node-v${version}-linux-x64`)
})
