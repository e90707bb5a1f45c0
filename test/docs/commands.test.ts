import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { commands } from '../../src/cli/commands/index.ts'
import { main } from '../../src/cli/main.ts'

const INTRODUCTION = `# Commands

<!-- Written by \`npm run docs\` from what \`--help\` prints. -->

Exit status of every command: 0 for success, 1 for a problem with the input, 2 for wrong usage.
A command that a signal ends has 128 + its number (130 for Ctrl-C); \`run\` stops the app first, and then ends as usual.
With \`--json\`, nothing is on standard output if an error occurs before there is a result; standard error has the error.
\`BP_DEBUG=1\` adds stack traces. [Variables that are read](files-and-environment.md).
`

async function helpOf(command: string): Promise<string> {
  let help = ''
  const line = { env: {}, cwd: '/', err: () => {}, isTerminal: false }
  await main([command, '--help'], { ...line, out: (text) => (help += text) })
  return help
}

describe('docs/reference/commands.md', () => {
  it('says of every command what its --help says: after a change, npm run docs', async () => {
    const sections = await Promise.all(
      Object.keys(commands).map(async (name) => {
        const help = (await helpOf(name)).replace(/[ \t]+$/gm, '').trim()
        return `\n## ${name}\n\n\`\`\`text\n${help}\n\`\`\`\n`
      }),
    )
    const page = join(import.meta.dirname, '../../docs/reference/commands.md')
    await expect(INTRODUCTION + sections.join('')).toMatchFileSnapshot(page)
  })
})
