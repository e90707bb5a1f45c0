/** The recorded verdicts through the command itself, as test/data/conformance/manifests/README.md replays them. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, it } from 'vitest'
import { main } from '../../src/cli/main.ts'
import { temporaryFolder } from '../support/files.ts'

const cwd = temporaryFolder({ Procfile: 'web: ./web\nworker: ./worker\n', 'sidecars.yml': 'sidecars: []\n' })
afterAll(() => rmSync(cwd, { recursive: true, force: true }))

const file = join(import.meta.dirname, '../data/conformance/manifests/verdicts.json')
const verdicts: readonly { name: string; manifest: string; accepted: boolean }[] = JSON.parse(
  readFileSync(file, 'utf8'),
)

it('validate -f ends with 0 where Cloud Foundry accepts the manifest, and with 1 where it does not', async () => {
  const wrong: unknown[] = []
  for (const { name, manifest, accepted } of verdicts) {
    writeFileSync(join(cwd, 'manifest.yml'), manifest)
    let said = ''
    const line = {
      env: {},
      cwd,
      out: () => undefined,
      err: (text: string | Uint8Array) => {
        said += String(text)
      },
      isTerminal: false,
    }
    const status = await main(['validate', '.', '-f', 'manifest.yml'], line)
    if (status !== (accepted ? 0 : 1)) wrong.push({ name, accepted, said })
  }
  expect(wrong).toEqual([])
}, 120_000)
