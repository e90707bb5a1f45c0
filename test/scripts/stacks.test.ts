import { symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { debianCounterpart } from '../../scripts/stacks/debian.mjs'
import { commandsAndLibraries } from '../../scripts/stacks/files.mjs'
import { readReceipt, stackOfReceipt, ubuntuRelease, upstreamVersion } from '../../scripts/stacks/receipt.mjs'
import { rootFileSystem } from '../../scripts/stacks/root-file-system.mjs'
import { temporaryFolder, writeFiles } from '../support/files.ts'

const RECEIPT = `Rootfs SHASUM: c7a20d

||/ Name             Version                  Architecture Description
+++-================-========================-============-===========
ii  libc6:amd64      2.35-0ubuntu3.13         amd64        GNU C Library
ii  tzdata           2025b-0ubuntu0.22.04.1   all          time zones
rc  python3          3.10.6-1~22.04.1         amd64        removed, its configuration is left
`

describe('a receipt', () => {
  test('lists the installed packages with their versions', () => {
    const { sum, packages } = readReceipt(RECEIPT)
    expect(sum).toBe('c7a20d')
    expect(Object.fromEntries(packages)).toEqual({
      libc6: '2.35-0ubuntu3.13',
      tzdata: '2025b-0ubuntu0.22.04.1',
    })
    expect(ubuntuRelease(packages.values())).toBe('22.04')
    expect(upstreamVersion('1:12.3.0-1ubuntu1~22.04.3')).toBe('12.3.0')
  })

  test('names stack and machine in its file name', () => {
    expect(stackOfReceipt('receipt.cflinuxfs4.x86_64')).toEqual({ name: 'cflinuxfs4', machine: 'x86_64' })
    expect(() => stackOfReceipt('packages.txt')).toThrow('receipt.STACK.MACHINE')
  })

  test('without packages is refused', () => {
    expect(() => readReceipt('<html>')).toThrow('lists no installed package')
  })

  test('has the Debian release with its glibc or the next newer one as its counterpart', () => {
    expect(debianCounterpart('2.35').name).toBe('bookworm')
    expect(debianCounterpart('2.39').name).toBe('trixie')
    expect(() => debianCounterpart('2.99')).toThrow('pass a root file system')
  })
})

test('commands are on PATH, libraries where the loader looks, by the names that programs use', () => {
  const paths = [
    'bin/sh',
    'usr/bin/awk',
    'usr/sbin/nginx',
    'usr/lib/x86_64-linux-gnu/libz.so.1',
    'usr/lib/x86_64-linux-gnu/libz.so.1.2.13',
    'lib/x86_64-linux-gnu/libown.so',
    'lib64/ld-linux-x86-64.so.2',
    'usr/lib/x86_64-linux-gnu/perl/5.34/auto/POSIX/POSIX.so',
    'usr/share/doc/libz.so.1',
  ]
  expect(commandsAndLibraries(paths)).toEqual({
    commands: ['awk', 'sh'],
    libraries: ['ld-linux-x86-64.so.2', 'libown.so', 'libz.so.1'],
  })
})

describe('a root file system', () => {
  const root = temporaryFolder()

  test('gives the files of each package that are there, and those of no package', () => {
    const write = (path: string, text = '') => writeFiles(root, { [path]: text })
    write('usr/bin/mawk')
    write('usr/bin/tool')
    symlinkSync('mawk', join(root, 'usr/bin/awk'))
    symlinkSync('usr/bin', join(root, 'bin'))
    write('usr/lib/x86_64-linux-gnu/libz.so.1')
    write('var/lib/dpkg/info/mawk.list', '/.\n/usr/bin\n/usr/bin/mawk\n/usr/bin/removed-later\n')
    write('var/lib/dpkg/info/zlib1g:amd64.list', '/lib/x86_64-linux-gnu/libz.so.1\n')
    write('var/lib/dpkg/info/tool.list', '/bin/tool\n')
    const { packages, others } = rootFileSystem(root, ['mawk', 'zlib1g', 'tool', 'gone'])
    const facts = [...packages].map(([name, { paths }]) => [name, commandsAndLibraries(paths)])
    expect(Object.fromEntries(facts)).toEqual({
      mawk: { commands: ['mawk'], libraries: [] },
      zlib1g: { commands: [], libraries: ['libz.so.1'] },
      tool: { commands: ['tool'], libraries: [] },
      gone: { commands: [], libraries: [] },
    })
    expect(commandsAndLibraries(others)).toEqual({ commands: ['awk'], libraries: [] })
  })
})
