import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { describe, expect, it } from 'vitest'
import { withEnvFile } from '../../src/cli/env-file.ts'
import { temporaryFolder } from '../support/files.ts'

const cwd = temporaryFolder({
  '.env': '# comment\nA=1\nB="two words"\nexport C=3\n',
  'cf.txt': 'User-Provided:\nA: 5\n\nNo running env variables have been set\n',
  bad: 'no variables: here',
  empty: '',
  'nul.env': 'A=1\nB=s3cr\0et\n',
})
const line = { env: {}, cwd, out: () => {}, err: () => {}, isTerminal: false }
const read = async (file: string, env = new Map<string, string>()) =>
  Object.fromEntries((await withEnvFile({ env, envFile: file }, line)).env)

describe('--env-file', () => {
  it.skipIf(!parseEnv)('reads the form of dotenv (skipped before Node.js 20.12)', async () => {
    expect(await read('.env')).toEqual({ A: '1', B: 'two words', C: '3' })
  })

  it('reads what cf env prints', async () => {
    expect(await read('cf.txt')).toEqual({ A: '5' })
  })

  it('is overridden by --env', async () => {
    expect(await read('cf.txt', new Map([['A', 'mine']]))).toEqual({ A: 'mine' })
  })

  it.skipIf(!parseEnv)('is refused with a NUL byte, whose variable is named without its value', async () => {
    const refused = await read('nul.env').catch((thrown: Error) => thrown.message)
    expect(refused).toBe('nul.env: the value of B contains a NUL byte, which no process can be given')
  })

  it('is refused without variables, unless it is empty', async () => {
    await expect(read('bad')).rejects.toThrow('bad has no variables; write NAME=value, one per line')
    expect(await read('empty')).toEqual({})
    await expect(read('nowhere')).rejects.toThrow(/nowhere/)
  })
})

it('is an option of run, also where Node.js has one of that name', () => {
  const bin = join(import.meta.dirname, '../../bin/sidecar-buildpack')
  const { status, stderr } = spawnSync(bin, ['run', '--env-file', 'nowhere'], { cwd, encoding: 'utf8' })
  expect([status, stderr]).toEqual([1, 'error: nowhere does not exist\n'])
})
