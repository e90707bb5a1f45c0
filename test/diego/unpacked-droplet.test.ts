import { execFileSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { unpackDroplet } from '../../src/diego/unpacked-droplet.ts'

const root = mkdtempSync(join(tmpdir(), 'unpacked-'))
afterAll(() => rmSync(root, { recursive: true }))

it('a droplet is unpacked without set-id bits, whoever unpacks it', async () => {
  mkdirSync(join(root, 'home', 'app'), { recursive: true })
  const modes = { plain: 0o644, program: 0o755, private: 0o600, setuid: 0o4755, setgid: 0o2755, all: 0o7777 }
  for (const [name, mode] of Object.entries(modes)) {
    writeFileSync(join(root, 'home', 'app', name), 'x')
    chmodSync(join(root, 'home', 'app', name), mode)
  }
  const droplet = join(root, 'droplet.tgz')
  execFileSync('tar', ['-czf', droplet, '-C', join(root, 'home'), '.'])
  const unpacked = await unpackDroplet(join(root, 'instance'), droplet)
  const seen = Object.keys(modes).map((name) => statSync(join(unpacked.home, 'app', name)).mode & 0o7777)
  expect(seen).toEqual([0o644, 0o755, 0o600, 0o755, 0o755, 0o755])
})
