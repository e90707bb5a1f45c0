import { chmodSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { runCli } from '../support/command-line.ts'
import { elfFile } from '../support/elf-file.ts'
import { temporaryFolder, writeFiles } from '../support/files.ts'
import { readPage } from '../support/markdown.ts'
import { readCatalogue } from './messages/catalogue.ts'

const AARCH64 = 183
const { blocks } = readPage('docs/reference/messages-by-example.md')
const examples = blocks.flatMap((block, index) => {
  const said = blocks[index + 1]
  return block.language === 'yaml' && said ? [[block.at, block, said] as const] : []
})

let app: string

beforeEach(() => {
  app = temporaryFolder()
  write('Procfile', 'web: ./run\n')
  for (const path of ['config-server', 'bin/config-server']) {
    write(path, '#!/bin/sh\n')
    chmodSync(join(app, path), 0o755)
  }
  write('bin/for-arm', elfFile({ machine: AARCH64 }))
  write('bin/windows-script', '#!/bin/sh\r\nexec ./agent\r\n')
})

const write = (path: string, text: string | Uint8Array) => writeFiles(app, { [path]: { text, mode: 0o755 } })

function validate(): string {
  return runCli(['validate'], { cwd: app }).stderr.replace(/^\d+ errors?: pushing this app would fail\n/m, '')
}

describe('docs/reference/messages-by-example.md', () => {
  it.each(examples)('%s: validate prints the text below it', (_, yaml, said) => {
    write('sidecars.yml', yaml.text)
    if (yaml.mark.includes('java')) write('META-INF/MANIFEST.MF', 'Main-Class: example.Main\n')
    expect(validate()).toBe(said.text)
  })

  const patterns = readCatalogue().messages.map(({ what }) => patternOf(what))

  it.each(examples)('%s: its messages are in the list of all', (_, __, said) => {
    const messages = said.text.trim().split('\n')
    expect(messages.filter((each) => !patterns.some((pattern) => pattern.test(each)))).toEqual([])
  })
})

/** Of a line with the place before and, perhaps, what to write instead behind. */
function patternOf(what: string): RegExp {
  const parts = what.split(/…|\b[A-Z][A-Z_0-9]+\b/).map((part) => part.replace(/[.*+?^${}()|[\]\\]/g, '\\$&'))
  return new RegExp(`^(?:error|warning): (?:[^ ]+: )?${parts.join('.*')}(?:; |$)`)
}
