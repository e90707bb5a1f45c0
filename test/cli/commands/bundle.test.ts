import { spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import AdmZip from 'adm-zip'
import { beforeEach, describe, expect, test } from 'vitest'
import { CLI } from '../../support/command-line.ts'
import { temporaryFolder } from '../../support/files.ts'

const MB = 1024 * 1024
let folder: string
let jar: string

beforeEach(() => {
  folder = temporaryFolder({}, 'bundle command ')
  jar = join(folder, 'app.jar')
  const zip = new AdmZip()
  zip.addFile('A.class', Buffer.from('a'))
  zip.writeZip(jar)
  writeFileSync(join(folder, 'tool'), '#!/bin/sh\nexec sleep 1000\n', { mode: 0o755 })
})

function bundle(...args: readonly string[]) {
  const argv = [CLI, 'bundle', 'app.jar', ...args]
  const { status, stdout, stderr } = spawnSync(process.execPath, argv, { cwd: folder, encoding: 'utf8' })
  return { status, stdout, stderr }
}

describe('sidecar-buildpack bundle', () => {
  test('says what it added, that name and memory are to be edited, and how to take it back', () => {
    const { status, stdout, stderr } = bundle('--sidecar', 'tool', '--in-place')
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' })
    expect(stdout).toMatch(
      /^ {2}tool {2}26 bytes → \d+ bytes {2}0755 {2}added\n {2}sidecars\.yml .* 0644 {2}added\n/,
    )
    expect(stdout).toContain(
      'Generated sidecars.yml with default name and memory. To use your own: --config FILE --replace.',
    )
    expect(stdout).toContain('To revert: sidecar-buildpack bundle app.jar --undo')
  })

  test('quotes the path of the jar in the command that reverts it', () => {
    const argv = [CLI, 'bundle', jar, '--in-place', '--sidecar', 'tool']
    const { stdout } = spawnSync(process.execPath, argv, { cwd: folder, encoding: 'utf8' })
    expect(stdout).toContain(`To revert: sidecar-buildpack bundle '${jar}' --undo`)
  })

  test('does nothing when called again, and says so', () => {
    bundle('--sidecar', 'tool')
    const before = readFileSync(jar)
    const { status, stdout } = bundle('--sidecar', 'tool')
    expect(status).toBe(0)
    expect(stdout).toBe('  tool  unchanged\napp.jar already contains these files; nothing was changed.\n')
    expect(readFileSync(jar).equals(before)).toBe(true)
  })

  test('a dry run says what would be done to a file without its mode', () => {
    const zip = new AdmZip()
    zip.addFile('tool', readFileSync(join(folder, 'tool')), '', 0o644)
    zip.addFile('sidecars.yml', Buffer.from('sidecars: [{name: tool, memory: 9M, command: ./tool}]\n'))
    zip.writeZip(jar)
    const dry = bundle('--sidecar', 'tool', '--dry-run').stdout
    expect(dry).toContain('  tool  unchanged, would be made executable (0755)\n')
    expect(dry).toContain('app.jar would be written; nothing was changed.')
    expect(bundle('--sidecar', 'tool').stdout).toContain('  tool  unchanged, made executable (0755)\n')
  })

  test('--json gives one object on standard output', () => {
    const { status, stdout } = bundle('--sidecar', 'tool', '--json')
    expect(status).toBe(0)
    expect(JSON.parse(stdout)).toMatchObject({
      jar: 'app.jar',
      out: 'app.jar',
      dryRun: false,
      added: [{ path: 'tool', bytes: 26, mode: 0o755 }, { path: 'sidecars.yml' }],
      replaced: [],
      unchanged: [],
      madeExecutable: [],
      config: { path: 'sidecars.yml', made: true },
    })
  })

  test('--undo gives back the old file, and has nothing to undo then', () => {
    const before = readFileSync(jar)
    bundle('--sidecar', 'tool', '--in-place')
    expect(bundle('--undo')).toMatchObject({
      status: 0,
      stdout: `app.jar is what it was before the last bundle --in-place (${before.length} bytes).\n`,
    })
    expect(readFileSync(jar).equals(before)).toBe(true)
    expect(bundle('--undo')).toMatchObject({ status: 1, stderr: expect.stringContaining('nothing to undo') })
  })

  test.each([
    [[], 2, 'nothing to add; pass --sidecar or --config'],
    [['--sidecar', 'tool', '--in-place', '-o', 'x.jar'], 2, 'cannot be used together'],
    [['--undo', '--sidecar', 'tool'], 2, '--undo can only be combined with --dry-run and --json'],
    [['--sidecar', 'none'], 1, 'none does not exist'],
  ])('%j ends with %i and the reason, without a stack trace', (args, status, reason) => {
    const result = bundle(...args)
    expect(result.status).toBe(status)
    expect(result.stderr).toContain(reason)
    expect(result.stderr).not.toMatch(/\n\s+at /)
  })

  test.skipIf(spawnSync('script', ['--version']).status !== 0)(
    'on a terminal shows how far it is when it takes long, and wipes that in the end; in a pipe nothing of it',
    () => {
      const large = randomBytes(40 * MB).toString('hex')
      writeFileSync(join(folder, 'large'), large)
      const command = `"${process.execPath}" "${CLI}" bundle app.jar --sidecar tool --sidecar large -c c.yml`
      writeFileSync(join(folder, 'c.yml'), 'sidecars: [{name: tool, memory: 9M, command: ./tool}]\n')
      const { stdout } = spawnSync('script', ['-qec', command, '/dev/null'], {
        cwd: folder,
        encoding: 'utf8',
      })
      const shown = [...stdout.matchAll(/\r\x1b\[K {2}(\d+) % of [\d.]+ MiB/g)].map((match) =>
        Number(match[1]),
      )
      expect(shown.length).toBeGreaterThan(1)
      expect(shown).toEqual([...shown].sort((a, b) => a - b))
      expect(stdout).toContain('\r\x1b[K  tool  ')
      expect(bundle('--sidecar', 'large=other').stderr).toBe('')
    },
  )
})
