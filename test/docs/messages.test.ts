import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readCatalogue } from './messages/catalogue.ts'
import { messagesPage } from './messages/page.ts'

const catalogue = readCatalogue()

describe('docs/reference/messages.md', () => {
  it('has every message of the sources and no other: after a change, npm run docs', async () => {
    const page = join(import.meta.dirname, '../../docs/reference/messages.md')
    await expect(messagesPage(catalogue.messages)).toMatchFileSnapshot(page)
  })

  it('contains the messages of all places in the sources', () => {
    expect(catalogue.unknown).toEqual([])
  })
})
