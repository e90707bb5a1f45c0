import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { CLI } from '../support/command-line.ts'
import { temporaryFolder } from '../support/files.ts'

const command = `${process.execPath} ${CLI}`
let cwd: string
beforeAll(() => {
  cwd = temporaryFolder()
  writeFileSync(join(cwd, 'sidecars.yml'), 'sidecars: [{name: a, command: x, process_types: [worker]}]')
})

const inShell = (script: string) => spawnSync('bash', ['-c', script], { cwd, encoding: 'utf8' })

describe('the command line', () => {
  it.each(['schema', 'plan .'])(
    'says that its output cannot be written, without a stack trace: %s',
    (line) => {
      const { status, stderr } = inShell(`${command} ${line} > /dev/full`)
      expect(status).toBe(1)
      expect(stderr).toMatch(/^error: cannot write the output: ENOSPC: .*$/m)
      expect(stderr).not.toMatch(/\n\s+at /)
    },
  )

  it.each(['/dev/full', 'full'])('says so once, also of many writes: stage > %s', (file) => {
    // A file of the largest size behaves like one on a full disk.
    const script = `ulimit -f 2048; truncate -s 2M full; ${command} stage . -o out --no-container >> ${file}`
    const { status, stderr } = inShell(script)
    expect(status).toBe(1)
    expect(stderr.match(/cannot write the output/g)).toHaveLength(1)
    expect(stderr).not.toMatch(/\n\s+at /)
  })

  it('ends as usual when its warnings or its output are not read', () => {
    expect(inShell(`${command} validate . 2>&1 > /dev/null | true; echo \${PIPESTATUS[0]}`).stdout).toBe(
      '0\n',
    )
    expect(inShell(`${command} schema | true; echo \${PIPESTATUS[0]}`).stdout).toBe('0\n')
  })

  it('writes all of its output to a file', () => {
    const { stdout } = inShell(
      `${command} schema > all.json; ${command} schema | cmp - all.json && echo same`,
    )
    expect(stdout).toBe('same\n')
  })

  it.each([
    ['help pln', "error: unknown command 'pln'\n(Did you mean plan?)\n"],
    ['pln', "error: unknown command 'pln'\n(Did you mean plan?)\n"],
    ['status', "error: unknown command 'status'\n(Did you mean ps?)\n"],
  ])('takes as wrong usage what it would not do anything about: %s', (line, message) => {
    const { status, stdout, stderr } = inShell(`${command} ${line}`)
    expect({ status, stdout, stderr }).toEqual({ status: 2, stdout: '', stderr: message })
  })
})
