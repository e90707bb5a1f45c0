import { describe, expect, it } from 'vitest'
import { prepareLaunch } from '../../../src/lifecycle/launching/launch.ts'
import { temporaryFolder } from '../../support/files.ts'

describe('what is started', () => {
  it('is bash with the script of the launcher, in the container’s home and with its paths', async () => {
    const dropletDir = temporaryFolder()
    expect(await prepareLaunch({ dropletDir, home: '/home/vcap', command: 'run', env: { A: 'b' } })).toEqual({
      kind: 'launch',
      file: '/bin/bash',
      argv: [
        'bash',
        '-c',
        expect.stringContaining('\nexec bash -c "$@"\n'),
        '/tmp/lifecycle/launcher',
        '/home/vcap/app',
        'run',
      ],
      env: { A: 'b', HOME: '/home/vcap/app', TMPDIR: '/home/vcap/tmp', DEPS_DIR: '/home/vcap/deps' },
      cwd: '/home/vcap',
    })
  })

  it('is nothing where the launcher itself crashes: VCAP_APPLICATION is null', async () => {
    const env = { VCAP_APPLICATION: 'null' }
    expect(await prepareLaunch({ dropletDir: temporaryFolder(), command: 'run', env })).toEqual({
      kind: 'refused',
      exit: 2,
      stderr: 'panic: assignment to entry in nil map\n',
    })
  })
})
