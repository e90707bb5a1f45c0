import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { samples } from './scripts.shell-samples.ts'

const folder = join(import.meta.dirname, '../../src/droplet')
const escaped = (text: string) => text.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')

test('every line of every template is in a sample, so that shellcheck sees it: add a sidecar that has it', () => {
  const all = samples.map(({ text }) => text).join('\n')
  const lines = readdirSync(folder)
    .filter((file) => file.endsWith('.bash'))
    .flatMap((file) =>
      readFileSync(join(folder, file), 'utf8')
        .split('\n')
        .map((line) => ({ file, line: line.trim() })),
    )
    .filter(({ line }) => line !== '' && !line.startsWith('#'))
  const missing = lines.filter(
    ({ line }) => !new RegExp(`^ *${line.split(/@\w+@/).map(escaped).join('[^]*?')}$`, 'm').test(all),
  )
  expect(missing).toEqual([])
})
