import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseEnv } from 'node:util'
import { beforeEach, describe, expect, it } from 'vitest'
import { withEnvFile } from '../../src/cli/env-file.ts'
import { temporaryFolder } from '../support/files.ts'

const cwd = temporaryFolder({
  '.env': '# comment\nA=1\nB="two words"\nexport C=3\n',
  'cf.txt':
    'Getting env variables for app a in org o / space s as me...\nSystem-Provided:\nVCAP_SERVICES: {}\n\nUser-Provided:\nA: 5\n\nNo running env variables have been set\n',
  bad: 'no variables: here',
  empty: '',
  'nul.env': 'A=1\nB=s3cr\0et\n',
})
let noted = ''
beforeEach(() => {
  noted = ''
})
const err = (text: string | Uint8Array) => {
  noted += String(text)
}
const line = { env: {}, cwd, out: () => {}, err, isTerminal: false }
const read = async (file: string, env = new Map<string, string>()) =>
  Object.fromEntries((await withEnvFile({ env, envFile: file }, line)).env)

describe('--env-file', () => {
  it.skipIf(!parseEnv)('reads the form of dotenv (skipped before Node.js 20.12)', async () => {
    expect(await read('.env')).toEqual({ A: '1', B: 'two words', C: '3' })
  })

  it.skipIf(!parseEnv).each([
    ['A=1\nno variable\nB=2\n', { A: '1', B: '2' }, 'line 2 is'],
    ['export A\r\nB=2\r\nC', { B: '2' }, 'lines 1, 3 are'],
    ['A="1\n2"\r\n\r\nfirst\n  second\r\n', { A: '1\n2' }, 'lines 4, 5 are'],
    ['A=1\n=x\nB=2\n \t=y\n', { A: '1', B: '2' }, 'lines 2, 4 are'],
    ['A=1\nA B=1\nexport C D=2\nB=2\n', { A: '1', B: '2' }, 'lines 2, 3 are'],
    ['A B="1\nC=2"\nD = 3\nno\n', { D: '3' }, 'lines 1, 4 are'],
    ['a\nb\nc\n\nd\ne\nf\ng\nA=1\n', { A: '1' }, 'lines 1, 2, 3, 5, 6 and 2 more are'],
  ])('skips lines without a variable, and says so: %j', async (text, variables, lines) => {
    writeFileSync(join(cwd, 'lines.env'), text)
    expect(await read('lines.env')).toEqual(variables)
    expect(noted).toBe(`note: lines.env: ${lines} skipped; write NAME=value, one per line\n`)
  })

  it.skipIf(!parseEnv)('says nothing of comments, empty lines, and values of several lines', async () => {
    writeFileSync(join(cwd, 'lines.env'), '# a\n\n  # b\nA="1\n two\n"\n \t\nB=\'3\n4\' # c\nC = `5\n6`\n')
    expect(await read('lines.env')).toEqual({ A: '1\n two\n', B: '3\n4', C: '5\n6' })
    expect(noted).toBe('')
  })

  it.skipIf(!parseEnv)(
    'takes a line separator of Unicode as a part of the value, and no byte order mark as a part of the name',
    async () => {
      writeFileSync(join(cwd, 'lines.env'), '\ufeffA=one\u2028two\nB=three\u2029four')
      expect(await read('lines.env')).toEqual({ A: 'one\u2028two', B: 'three\u2029four' })
      expect(noted).toBe('')
    },
  )

  it.skipIf(!parseEnv)('skips many lines in linear time', async () => {
    writeFileSync(join(cwd, 'lines.env'), `${'no variable\n'.repeat(100_000)}A=1\n`)
    expect(await read('lines.env')).toEqual({ A: '1' })
    expect(noted).toContain('lines 1, 2, 3, 4, 5 and 99995 more are skipped')
  })

  it('reads what cf env prints', async () => {
    expect(await read('cf.txt')).toEqual({ A: '5' })
    expect(noted).toBe('')
  })

  it('is overridden by --env', async () => {
    expect(await read('cf.txt', new Map([['A', 'mine']]))).toEqual({ A: 'mine' })
  })

  it.skipIf(!parseEnv)('is refused with a NUL byte, whose variable is named without its value', async () => {
    const refused = await read('nul.env').catch((thrown: Error) => thrown.message)
    expect(refused).toBe('nul.env: the value of B contains a NUL byte, which no process can be given')
  })

  it.skipIf(!parseEnv)('is refused with a variable that no process can be given', async () => {
    const refusal = async (text: string) => {
      writeFileSync(join(cwd, 'long.env'), text)
      return read('long.env').then(
        () => undefined,
        (thrown: Error) => thrown.message,
      )
    }
    const refused = 'long.env:3: LONG has more than 131071 bytes, name included; put the value into a file'
    expect(await refusal(`LONGER=1\n# LONG=\nexport LONG = ${'x'.repeat(131_067)}\nB=2`)).toBe(refused)
    expect(await refusal(`LONG=${'x'.repeat(131_066)}`)).toBeUndefined()
    expect(await refusal(`x${' '.repeat(200_000)}\n\nLONG=${'x'.repeat(131_067)}`)).toBe(refused)
    expect(await refusal(`a:b=${'x'.repeat(131_068)}`)).toMatch(/^long\.env:1: a:b has more/)
    expect(await refusal(`\nUser-Provided:\nLONG: ${'x'.repeat(131_067)}\n`)).toBe(refused)
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
  expect([status, stderr]).toEqual([1, 'error: --env-file: nowhere does not exist\n'])
})
