import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { buildpackLog } from '../../src/log/log.ts'
import { fillProfileDir } from '../../src/phases/multi-supply.ts'
import { type Files, listing, temporaryFolder } from '../support/files.ts'

/** The profile directory that the last of three buildpacks fills, and the lines of the log. */
function filled(files: Files) {
  const folder = temporaryFolder({ 'deps/0/x': '', 'deps/1/x': '', 'deps/2/x': '', ...files })
  const lines: string[] = []
  const log = buildpackLog((line) => lines.push(line), false)
  fillProfileDir(join(folder, 'deps'), '2', join(folder, 'contents/profile.d'), log)
  return { listed: listing(join(folder, 'contents/profile.d')), lines }
}

describe('the profile directory', () => {
  it('has the profile.d scripts of each buildpack, with their modes, and no others', () => {
    const { listed, lines } = filled({
      'deps/0/profile.d/b.sh': { text: 'b', mode: 0o755 },
      'deps/0/profile.d/a.sh': { text: 'a', mode: 0o640 },
      'deps/1/profile.d/dir/c.sh': 'c',
      'deps/1/profile.d/link.sh': { link: '../../0/profile.d/a.sh' },
      'deps/2/profile.d/own.sh': 'own',
      'deps/3/profile.d/later.sh': 'later',
    })
    expect(listed).toEqual(['0_a.sh 640 a', '0_b.sh 755 b', '1_link.sh 640 a', '2_own.sh 644 own'])
    expect(lines).toEqual([])
  })

  it('replaces what has the name of a script, and does not follow a link', () => {
    const { listed } = filled({
      ...{ 'deps/0/profile.d/a.sh': 'a', 'deps/1/profile.d/b.sh': 'b' },
      ...{ 'contents/profile.d/0_a.sh': { link: 'kept' }, 'contents/profile.d/1_b.sh/x': 'x' },
      'contents/profile.d/kept': 'kept',
    })
    expect(listed).toEqual(['0_a.sh 644 a', '1_b.sh 644 b', 'kept 644 kept'])
  })

  it.each(['a b.sh', 'a\tb.sh'])('warns of a script that the platform does not run: %j', (name) => {
    const { listed, lines } = filled({ [`deps/1/profile.d/${name}`]: 'a' })
    expect(listed).toEqual([`1_${name} 644 a`])
    expect(lines).toEqual([
      `       **WARNING** Cloud Foundry does not run the profile.d script ${JSON.stringify(name)}, because its name contains a space\n`,
    ])
  })

  it('has the paths of each bin and lib in its first script, those of later buildpacks first', () => {
    const { listed } = filled({ 'deps/0/bin/x': '', 'deps/2/bin/x': '', 'deps/1/lib/x': '' })
    expect(listed).toEqual([
      `000_multi-supply.sh 644 ${[
        'export PATH="$DEPS_DIR/2/bin:$DEPS_DIR/0/bin${PATH:+:$PATH}"',
        'export LD_LIBRARY_PATH="$DEPS_DIR/1/lib${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}"',
      ].join('\n')}`,
    ])
  })
})
