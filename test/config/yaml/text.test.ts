import { describe, expect, it } from 'vitest'
import { decodeText } from '../../../src/config/yaml/text.ts'
import { describeProblem, Problems } from '../../../src/problems/problems.ts'

function decode(bytes: Uint8Array) {
  const problems = new Problems()
  const text = decodeText(bytes, 'f', problems)
  return { text, problems: problems.sorted().map(describeProblem) }
}

const MIB = 1024 ** 2

describe('a file', () => {
  it.each([
    ['with a byte order mark', Buffer.from('\ufeffa: ü\ufeff'), 'a: ü\ufeff'],
    ['with such a mark inside', Buffer.from('a\ufeff'), 'a\ufeff'],
    ['of 1 MiB', Buffer.alloc(MIB, 'x'), 'x'.repeat(MIB)],
    ['that is empty', Buffer.alloc(0), ''],
    ['that ends as UTF-16 begins', Buffer.from('ÿþ'), 'ÿþ'],
  ])('%s is read', (_, bytes, text) => {
    expect(decode(bytes)).toEqual({ text, problems: [] })
  })

  it.each([
    ['UTF-16', [0xff, 0xfe, 0x61, 0], 'the file is UTF-16; save it as UTF-8'],
    ['UTF-16 of the other byte order', [0xfe, 0xff, 0, 0x61], 'the file is UTF-16; save it as UTF-8'],
    ['Latin-1', [0x61, 0xff], 'the file is not valid UTF-8; save it as UTF-8'],
    ['Latin-1 that begins with ÿ', [0xff, 0x61], 'the file is not valid UTF-8; save it as UTF-8'],
    ['Latin-1 that begins with þ', [0xfe, 0x61], 'the file is not valid UTF-8; save it as UTF-8'],
    ['Latin-1 with þ after it', [0x61, 0xfe], 'the file is not valid UTF-8; save it as UTF-8'],
    [
      'binary',
      [0, 0xff],
      'the file contains a NUL byte at offset 0: it is binary, or not UTF-8; save it as UTF-8 text',
    ],
  ])('that is %s is refused', (_, bytes, message) => {
    expect(decode(Uint8Array.from(bytes))).toEqual({ text: undefined, problems: [`f:1:1: ${message}`] })
  })

  it('of more than 1 MiB is refused', () => {
    expect(decode(Buffer.alloc(MIB + 1))).toEqual({
      text: undefined,
      problems: [
        'f:1:1: the file has 1048577 bytes, more than 1048576 (1 MiB); check whether it is the right file',
      ],
    })
  })
})
