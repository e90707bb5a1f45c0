import { describe, expect, it } from 'vitest'
import { mustComply, wordingFaults } from '../../scripts/wording.mjs'

describe('the check of wording', () => {
  it.each([
    ['docs/a.md', '(32Mi) is no amount of memory', 'is no a'],
    ['docs/a.md', 'nobody declares the process web', 'nobody'],
    ['README.md', 'use a size, such as `64M`', 'such as '],
    ['docs/a.md', 'must be a list, here is a text', 'here is a'],
    ['scripts/a.mjs', '// the version is none', 'is none'],
  ])('%s: reports "%s"', (file, text, found) => {
    const [first] = wordingFaults(file, `fine\n${text}\n`)
    expect(first).toContain(`${file}:2:`)
    expect(first).toContain(`"${found}": write `)
  })

  it.each([
    'there is no manifest',
    'is no longer supported',
    'sizes such as those of Java',
    'the text of the file',
  ])('accepts "%s"', (text) => expect(wordingFaults('docs/a.md', text)).toEqual([]))

  it('includes pages, examples, scripts and sources, and excludes recorded data', () => {
    const files = [
      'README.md',
      'docs/how-to/proxy.md',
      'examples/a/README.md',
      'scripts/build.mjs',
      'bin/supply',
      'docs/reference/messages.md',
      'src/config/read.ts',
      'src/droplet/watch.bash',
    ]
    expect(files.filter(mustComply)).toEqual(files)
    expect(['test/data/a.md', 'package.json', 'scripts/wording.mjs'].filter(mustComply)).toEqual([])
  })
})
