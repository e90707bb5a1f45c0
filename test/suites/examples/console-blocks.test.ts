import { expect, test } from 'vitest'
import { beginningPattern, readSessions, wholePattern } from '../../support/console-blocks.ts'

const README = `# Title

## First

Text, and what is no session: \`\`\`sh

\`\`\`console
$ one \\
  more
said
$ two
\`\`\`

More of what runs:

\`\`\`console
…
later…
\`\`\`

## Without a session

## Second

\`\`\`console
$ three
\`\`\`
`

test('a session is the text below a heading: commands, their output, and later output', () => {
  expect(readSessions(README)).toEqual([
    {
      heading: 'First',
      steps: [
        { command: 'one \\\n  more', prints: 'said\n' },
        { command: 'two', prints: '' },
        { prints: '…\nlater…\n' },
      ],
    },
    { heading: 'Second', steps: [{ command: 'three', prints: '' }] },
  ])
})

test.each([
  ['said\n', 'said\n', true],
  ['said\n', 'said\r\n', true],
  ['said\n', 'said', true],
  ['said\n', 'said more\n', false],
  ['said\n', 'said\nmore\n', false],
  ['said\n', '', false],
  ['', 'something\n', false],
  ['a.b\n', 'a-b\n', false],
  ['one …, (two)\n', 'one and a half, (two)\n', true],
  ['one …\n', 'one\n', false],
  ['…\nend\n', 'some\nlines\nend\n', true],
  ['…\nend\n', 'end\n', true],
  ['…\nend\n', 'end\nmore\n', false],
  ['begin\n…\n', 'begin\nsome\nlines', true],
])('of a command all is compared: %j is printed as %j: %s', (prints, printed, same) => {
  expect(wholePattern(prints).test(printed)).toBe(same)
})

test('compares the beginning of the output of a running command', () => {
  expect(beginningPattern('…\nhealthy…\n').exec('starting\nhealthy!\nmore\n')?.[0]).toBe(
    'starting\nhealthy!\n',
  )
  expect(beginningPattern('healthy\n').test('starting\nhealthy\n')).toBe(false)
})
