import { statSync } from 'node:fs'
import { join } from 'node:path'
import AdmZip from 'adm-zip'
import { expect, it } from 'vitest'
import { withApp } from '../../src/plan/planned-app.ts'
import { temporaryFolder } from '../support/files.ts'

const root = temporaryFolder()

it('an archive that a push refuses to unpack, far larger inside than outside, has no plan', async () => {
  const path = join(root, 'bomb.jar')
  const zip = new AdmZip()
  for (const name of ['a', 'b', 'c', 'd']) zip.addFile(name, Buffer.alloc(100 * 1024 ** 2))
  zip.writeZip(path)
  expect(statSync(path).size).toBeLessThan(1024 ** 2)
  await expect(withApp(path, {}, async () => 'planned')).rejects.toThrow(
    /^bomb\.jar cannot be unpacked: it unpacks to more than \d+ MiB, far more than an archive of its size should$/,
  )
})
