import { execFileSync, spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { commands } from '../../src/cli/commands/index.ts'
import { main } from '../../src/cli/main.ts'
import { temporaryFolder } from '../support/files.ts'

const folder = temporaryFolder()

/** @returns the file with the script for the shell */
async function scriptFor(shell: string): Promise<string> {
  let script = ''
  const line = { env: {}, cwd: '/', err: () => {}, isTerminal: false }
  expect(await main(['completion', shell], { ...line, out: (text) => (script += text) })).toBe(0)
  const file = join(folder, shell)
  writeFileSync(file, script)
  return file
}

/** What bash offers for the last word. */
async function offered(...words: readonly string[]): Promise<readonly string[]> {
  const file = await scriptFor('bash')
  const code = `. "$0"; COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _sidecar_buildpack; printf '%s\\n' "\${COMPREPLY[@]}"`
  const answer = execFileSync('bash', ['-c', code, file, 'sidecar-buildpack', ...words], { encoding: 'utf8' })
  return answer.split('\n').filter(Boolean)
}

const missing = (shell: string) => spawnSync(shell, ['-c', ':']).status !== 0

describe('completion', () => {
  it('offers every command in bash, and the options of the command that is typed', async () => {
    expect(await offered('')).toEqual([...Object.keys(commands), 'help', '--help', '--version'])
    expect(await offered('va')).toEqual(['validate'])
    expect(await offered('run', '--po')).toEqual(['--port'])
    expect(await offered('ps', '--po')).toEqual([])
    expect(await offered('completion', '')).toEqual(['bash', 'zsh', 'fish'])
    expect(await offered('run', '--log', '')).toEqual(['short', 'cf'])
    expect(await offered('logs', '--log', 's')).toEqual(['short'])
    expect(await offered('run', '--ti')).toEqual(['--times'])
  })

  it('leaves names of files to bash', async () => {
    expect(await offered('run', 'my')).toEqual([])
  })

  it.skipIf(missing('zsh'))('is a script that zsh accepts (skipped without zsh)', async () => {
    const code = 'autoload -U compinit; compinit -D -u; . "$0"; print $_comps[sidecar-buildpack]'
    const answer = execFileSync('zsh', ['-f', '-c', code, await scriptFor('zsh')], { encoding: 'utf8' })
    expect(answer).toBe('_sidecar_buildpack\n')
  })

  it.skipIf(missing('fish'))('offers commands and options in fish (skipped without fish)', async () => {
    const asked = ['val', 'run --po', 'run --log c'].map((each) => `complete -C "sidecar-buildpack ${each}"`)
    const code = ['source $argv[1]', ...asked].join('; ')
    const env = { ...process.env, HOME: folder }
    const answer = execFileSync('fish', ['-c', code, await scriptFor('fish')], { encoding: 'utf8', env })
    expect(answer.split('\n').map((each) => each.split('\t')[0])).toEqual(['validate', '--port', 'cf', ''])
  })

  it.each([
    ['an unknown shell', ['csh'], 'bash, zsh, fish'],
    ['no shell', [], "missing required argument 'bash|zsh|fish'"],
  ])('refuses %s with the known ones', async (_, args, known) => {
    let said = ''
    const line = { env: {}, cwd: '/', out: () => {}, isTerminal: false }
    expect(await main(['completion', ...args], { ...line, err: (text) => (said += text) })).toBe(2)
    expect(said).toContain(known)
  })
})
