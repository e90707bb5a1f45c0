import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { compareVersions, findStack, STACK_NAMES } from '../../../src/platform/stacks.ts'
import { inspectFile } from '../../../src/sources/executability/inspect.ts'
import { judge } from '../../../src/sources/executability/judge.ts'
import { type ElfFile, elfFile, LOADER } from '../../support/elf-file.ts'
import { temporaryFolder } from '../../support/files.ts'

const folder = temporaryFolder()

function inspect(content: Buffer | string, name = 'program') {
  const path = join(folder, name)
  writeFileSync(path, content)
  return inspectFile(path)
}

const FILES = new Map(
  await Promise.all(STACK_NAMES.map(async (name) => [name, await findStack(name)?.files()] as const)),
)

/** How the file is run on the stack, and what is said against it. */
function verdict(content: Buffer | string, stack = 'cflinuxfs4', name = 'program') {
  const { kind, objections } = judge(inspect(content, name), findStack(stack), name, FILES.get(stack))
  const text = objections.map((each) => `${each.severity}: ${each.what}; ${each.instead ?? ''}`).join('\n')
  return { kind, text }
}

const elf = (say: ElfFile, stack?: string) => verdict(elfFile(say), stack)

describe('an ELF file', () => {
  it('runs when it is for Linux on x86-64, statically linked or with the loader of glibc', () => {
    expect(elf({})).toEqual({ kind: 'elf', text: '' })
    expect(elf({ type: 3, loader: LOADER, versionNeeds: ['GLIBC_2.34', 'GLIBC_2.2.5'] })).toEqual({
      kind: 'elf',
      text: '',
    })
    expect(elf({ type: 3, pie: true })).toEqual({ kind: 'elf', text: '' })
    expect(elf({ osAbi: 3 })).toEqual({ kind: 'elf', text: '' })
  })

  it('is refused for another processor, with its name', () => {
    expect(elf({ machine: 183 }).text).toContain(
      'is built for arm64 (aarch64), but cflinuxfs4 runs on x86-64',
    )
    expect(elf({ machine: 3, bits: 32 }).text).toContain('is built for 32-bit x86')
    expect(elf({ machine: 62, bits: 32 }).text).toContain('is built for 32-bit x86-64')
    expect(elf({ osAbi: 9 }).text).toContain('is a program for FreeBSD')
  })

  it('is refused if it requires a newer glibc than the stack has', () => {
    const newer: ElfFile = { type: 3, loader: LOADER, versionNeeds: ['GLIBC_2.38', 'GLIBC_2.9'] }
    expect(elf(newer).text).toContain(
      'error: needs glibc 2.38, but cflinuxfs4 has 2.35; build it on Ubuntu 22.04',
    )
    expect(elf(newer, 'cflinuxfs5')).toEqual({ kind: 'elf', text: '' })
  })

  it('is refused for the relocations that only glibc 2.36 knows', () => {
    const relr: ElfFile = { type: 3, loader: LOADER, versionNeeds: ['GLIBC_2.35', 'GLIBC_ABI_DT_RELR'] }
    expect(elf(relr).text).toContain('needs glibc 2.36')
    expect(elf(relr, 'cflinuxfs5').text).toBe('')
  })

  it('may do without a weakly needed version, and without private ones', () => {
    expect(
      elf({ type: 3, loader: LOADER, weakNeeds: ['GLIBC_2.40'], versionNeeds: ['GLIBC_PRIVATE'] }).text,
    ).toBe('')
  })

  it('causes a warning if it requires a newer libstdc++, unless it includes libraries', () => {
    const cxx: ElfFile = { type: 3, loader: LOADER, versionNeeds: ['GLIBCXX_3.4.32'] }
    expect(elf(cxx).text).toContain('warning: needs a libstdc++ with GLIBCXX_3.4.32')
    expect(elf({ ...cxx, runpath: '$ORIGIN/lib' }).text).toBe('')
    expect(elf(cxx, 'cflinuxfs5').text).toBe('')
  })

  it('is refused for the loader of musl or Nix', () => {
    expect(elf({ type: 3, loader: '/lib/ld-musl-x86_64.so.1' }).text).toContain(
      'is built for musl (Alpine Linux)',
    )
    expect(elf({ type: 3, loader: '/nix/store/abc-glibc/lib/ld.so' }).text).toContain('outside Nix')
  })

  it('is refused when it is a library, an object file or a core dump', () => {
    expect(elf({ type: 3, soname: true }).text).toContain('is a shared library')
    expect(elf({ type: 1 }).text).toContain('is an object file')
    expect(elf({ type: 4 }).text).toContain('is a core dump')
  })

  it('is refused when it is cut short', () => {
    const whole = elfFile({ type: 3, loader: LOADER, versionNeeds: ['GLIBC_2.34'] })
    expect(verdict(whole.subarray(0, whole.length - 1)).text).toContain('is cut short')
    expect(verdict(whole.subarray(0, 20)).text).toContain('cut short')
  })

  it('is judged without the checks of the stack when the stack is unknown', () => {
    expect(elf({ machine: 183, type: 3, loader: '/x', versionNeeds: ['GLIBC_9.9'] }, 'windows')).toEqual({
      kind: 'elf',
      text: '',
    })
    expect(elf({ type: 1 }, 'windows').text).toContain('is an object file')
  })

  it('never crashes or hangs the reader, whatever its bytes are', () => {
    const whole = elfFile({ type: 3, loader: LOADER, versionNeeds: ['GLIBC_2.34', 'GLIBC_2.2.5'], pie: true })
    const changes = fc.array(fc.tuple(fc.nat(whole.length - 1), fc.integer({ min: 0, max: 255 })), {
      maxLength: 6,
    })
    fc.assert(
      fc.property(changes, fc.nat(whole.length), (bytes, cut) => {
        const changed = Buffer.from(whole)
        for (const [at, value] of bytes) if (at > 3) changed[at] = value
        inspect(changed.subarray(0, Math.max(4, whole.length - (cut % 40))))
      }),
      { numRuns: 200 },
    )
  })

  it('is read correctly: the Node.js that runs this test', () => {
    const inspection = inspectFile(process.execPath)
    if (inspection.kind !== 'elf' || 'damaged' in inspection.elf) throw new Error(JSON.stringify(inspection))
    expect(inspection.elf.type).toBe('executable')
    expect(inspection.elf.versionNeeds).toContain('GLIBC_2.2.5')
    expect(inspection.elf.loader).toBe(LOADER)
  })
})

describe('a script', () => {
  it('runs with an interpreter of the stack, by path or by env', () => {
    for (const line of [
      '#!/bin/bash',
      '#! /bin/sh -e',
      '#!/usr/bin/perl',
      '#!/usr/bin/env perl',
      '#!/usr/bin/env -S bash -eu',
      '#!/usr/bin/env -S A=1 bash',
    ]) {
      expect(verdict(`${line}\necho\n`), line).toEqual({ kind: 'script', text: '' })
    }
  })

  it('causes a warning when its interpreter is not in the stack, because another buildpack may provide it', () => {
    expect(verdict('#!/usr/bin/env ruby\n')).toMatchObject({
      kind: 'script',
      text: expect.stringContaining('warning: is run by ruby, which cflinuxfs4 does not have'),
    })
    expect(verdict('#!/usr/bin/ruby3.0\n').text).toContain('write `#!/usr/bin/env ruby3.0`')
    expect(verdict('#!/usr/bin/env node\n', 'cflinuxfs5').text).toContain('which cflinuxfs5 does not have')
    expect(verdict('#!/home/vcap/deps/1/bin/ruby\n').text).toBe('')
    expect(verdict('#!/usr/bin/env node\n', 'other').text).toBe('')
  })

  it('causes no warning when a buildpack of the list provides its interpreter on PATH', () => {
    const withNode = (line: string) =>
      judge(inspect(`${line}\n`, 'program'), findStack('cflinuxfs4'), 'program', FILES.get('cflinuxfs4'), [
        'sidecar_buildpack',
        'nodejs_buildpack',
      ]).objections.map(({ what }) => what)
    expect(withNode('#!/usr/bin/env node')).toEqual([])
    expect(withNode('#!/usr/bin/env ruby')).toEqual([expect.stringContaining('is run by ruby')])
    expect(withNode('#!/usr/bin/node')).toEqual([expect.stringContaining('is run by /usr/bin/node')])
  })

  it.each(['python3', 'gawk'])('causes a warning when its interpreter is %s, which no stack has', (name) => {
    for (const stack of ['cflinuxfs4', 'cflinuxfs5'])
      expect(verdict(`#!/usr/bin/env ${name}\n`, stack).text).toContain(`warning: is run by ${name}`)
  })

  it('is refused when the kernel would not find its interpreter', () => {
    expect(verdict('#!/bin/bash\r\necho\r\n').text).toContain(
      'error: cannot run: its interpreter line ends in a carriage return',
    )
    expect(verdict('#!python3\n').text).toContain('not an absolute path; write `#!/usr/bin/env python3`')
    expect(verdict('#!\n').text).toContain('has no interpreter')
    expect(verdict('#!/usr/bin/env python3 -u\n').text).toContain('write `#!/usr/bin/env -S python3 -u`')
    expect(verdict(`#!/bin/bash ${'x'.repeat(300)}\n`).text).toContain('limit of 255 bytes')
  })

  it('is run by bash when it has no interpreter line, with a warning', () => {
    expect(verdict('echo hello\n')).toMatchObject({
      kind: 'text',
      text: expect.stringContaining('warning: has no interpreter line'),
    })
  })
})

describe('any other file', () => {
  it.each<[string, Buffer | string]>([
    ['is empty', ''],
    ['a macOS program', Buffer.from('cffaedfe0700000103000000', 'hex')],
    ['a macOS program', Buffer.from('cafebabe0000000201000007', 'hex')],
    ['a Java class file', Buffer.from('cafebabe0000003d00000000', 'hex')],
    ['a Windows program', 'MZ\x90\x00'],
    ['a gzip archive', Buffer.from('1f8b0800', 'hex')],
    ['a zip archive', 'PK\x03\x04'],
    ['a Git LFS pointer', 'version https://git-lfs.github.com/spec/v1\noid sha256:1\n'],
    ['an HTML page', '<!DOCTYPE html><html><body>log in</body></html>'],
    ['a byte order mark', '\ufeff#!/bin/sh\n'],
    ['UTF-16', Buffer.from('\ufeff#!/bin/sh\n', 'utf16le')],
    ['neither a Linux program nor a script', Buffer.from([1, 2, 0, 3])],
  ])('is refused by its name: %s', (name, content) => {
    const { kind, text } = verdict(content)
    expect(kind).toBeUndefined()
    expect(text).toContain(name)
  })

  it('is a jar by name and content, also behind the start script of an executable one', () => {
    expect(verdict('PK\x03\x04rest', 'cflinuxfs4', 'a.jar').kind).toBe('jar')
    expect(
      verdict(`#!/bin/bash\njava -jar $0\nPK\x05\x06${'\0'.repeat(18)}`, 'cflinuxfs4', 'b.jar').kind,
    ).toBe('jar')
    expect(verdict('no jar', 'cflinuxfs4', 'c.jar').text).toContain('is a text file, not a jar')
  })
})

it('compares versions by number, not by letter', () => {
  expect(compareVersions([2, 9], [2, 35])).toBeLessThan(0)
  expect(compareVersions([2, 35], [2, 35])).toBe(0)
  expect(compareVersions([2, 35, 1], [2, 35])).toBeGreaterThan(0)
})
