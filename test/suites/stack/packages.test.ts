/** The root file systems of this suite have what the stacks have, and nothing a stack lacks. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { STACKS } from '../../../src/platform/stacks/table.ts'

const rootfs = process.env.STACK_ROOTFS ?? ''
const stacks = await Promise.all(STACKS.map(async ({ files }) => (await files()).stack))

/** Packages of Debian that no stack lists, and why each does no harm. */
const FURTHER: Readonly<Record<string, string>> = {
  'util-linux-extra': 'Debian 12 has a part of util-linux in it',
  usrmerge: 'makes /bin a link to /usr/bin in Debian 12, which the stacks have too',
  'libfile-find-rule-perl': 'usrmerge needs it',
  'libnumber-compare-perl': 'libfile-find-rule-perl needs it',
  'libtext-glob-perl': 'libfile-find-rule-perl needs it',
}
const LACKING = ['python3', 'gawk', 'node', 'ruby', 'java', 'socat', 'zstd']

/** Without what differs between releases: `libperl5.36` → `libperl`, `libssl3t64` → `libssl`. */
const stem = (name: string) =>
  name
    .replace(/^gcc-\d+-/, 'gcc-')
    .replace(/t64$/, '')
    .replace(/[-.\d]+$/, '')

function installed(): readonly string[] {
  const status = readFileSync(join(rootfs, 'var/lib/dpkg/status'), 'utf8')
  return status
    .split('\n\n')
    .filter((each) => each.includes('\nStatus: install ok installed'))
    .map((each) => /^Package: (.+)$/m.exec(each)?.[1] ?? '')
}

test('each package has a counterpart in the list of a stack, or a reason', () => {
  const names = stacks.flatMap(({ packages, unknown, others }) => [
    ...Object.keys(packages),
    ...unknown,
    ...others,
  ])
  const listed = new Set(names.map(stem))
  const packages = installed()
  expect(packages.length).toBeGreaterThan(100)
  const unknown = packages.filter((name) => !listed.has(stem(name)))
  expect(unknown.filter((name) => !Object.hasOwn(FURTHER, name))).toEqual([])
})

test.each(LACKING)('no stack has %s, and neither has this root file system', (command) => {
  for (const { packages } of stacks) {
    const commands = Object.values(packages).flatMap((each) =>
      'commands' in each ? each.commands.split(' ') : [],
    )
    expect(commands).toContain('perl')
    expect(commands).not.toContain(command)
  }
  for (const folder of ['bin', 'usr/bin', 'usr/local/bin']) {
    expect(existsSync(join(rootfs, folder, command)), `/${folder}/${command}`).toBe(false)
  }
})
