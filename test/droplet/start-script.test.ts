import { createServer } from 'node:net'
import { describe, expect, test } from 'vitest'
import type { EnvName, Sidecar, SidecarName } from '../../src/config/sidecar.ts'
import type { Start } from '../../src/droplet/staged-sidecar.ts'
import { removedAfterTest } from '../support/cleanup.ts'
import {
  env,
  literal,
  plan,
  platformEnv,
  ShellDroplet,
  shell,
  sidecar,
  stage,
  template,
  text,
} from '../support/shell-droplet.ts'

function dropletOf(each: Sidecar, start: Start) {
  const planned = plan(stage([[each, start]]))
  const droplet = removedAfterTest(new ShellDroplet(planned))
  return { droplet, command: planned.launch[0]?.command ?? '' }
}

const EXECUTABLE: Start = { kind: 'executable', file: 'bin/show' }
const SHOW_ARGS = '#!/bin/bash\nprintf "<%s>" "$@"\n'

describe('a start script', () => {
  test('is not there for a bare command', () => {
    const planned = plan(stage([[sidecar('bare'), shell('./run')]]))
    expect(planned.files.map(({ path }) => path)).toEqual([
      'deps/0/profile.d/sidecar-buildpack.sh',
      'profile.d/0_sidecar-buildpack.sh',
    ])
    expect(planned.launch).toEqual([{ type: 'bare', command: './run', sidecarFor: ['web'], memory: 0 }])
  })

  test('runs the executable of the source with its arguments, expanded with the values then in force', async () => {
    const args = [
      template('--port=$PORT'),
      ['$(touch x) `id` * "\' \\ &'],
      [],
      template('$NOT_THERE'),
      ['-n'],
    ]
    const { droplet, command } = dropletOf(sidecar('a b', { args }), EXECUTABLE)
    droplet.write('deps/0/sidecars/a-b/bin/show', SHOW_ARGS, 0o755)
    const { stdout, stderr, status } = await droplet.run(command, platformEnv('web'))
    expect({ stdout, stderr, status }).toEqual({
      stdout: '<--port=8080><$(touch x) `id` * "\' \\ &><><><-n>',
      stderr: '',
      status: 0,
    })
  })

  test.each<[string, Partial<Sidecar>]>([
    ['of its own', { env: env({ PATH: literal('/nowhere') }) }],
    ['hidden from it', { hideEnv: ['PATH' as EnvName] }],
  ])('runs a command with a PATH %s', async (_title, more) => {
    const { droplet, command } = dropletOf(sidecar('a', more), shell('echo "$((1 + 1))"'))
    const { stdout, stderr, status } = await droplet.run(command, platformEnv('web'))
    expect({ stdout, stderr, status }).toEqual({ stdout: '2\n', stderr: '', status: 0 })
  })

  test('puts SIDECAR_HOME first on PATH, so that the command finds the executable', async () => {
    const { droplet, command } = dropletOf(sidecar('agent'), shell('show "$SIDECAR_HOME"'))
    const staged = stage([[sidecar('agent'), shell('show "$SIDECAR_HOME"')]]).map((each) => ({
      ...each,
      hasHome: true,
    }))
    for (const { path, text, mode } of plan(staged).files) droplet.write(path, text, mode)
    droplet.write('deps/0/sidecars/agent/show', SHOW_ARGS, 0o755)
    const { stdout } = await droplet.run(plan(staged).launch[0]?.command ?? command, platformEnv('web'))
    expect(stdout).toBe(`<${droplet.dir}/deps/0/sidecars/agent>`)
  })

  test('sets env in its order, each value with those before it', async () => {
    const values = { A: text('x$PORT'), B: text('$A-$A'), C: literal('$A `id`\n'), D: literal('') }
    const { droplet, command } = dropletOf(
      sidecar('s', { env: env(values) }),
      shell('printf "<%s>" "$A" "$B" "$C" "${D-unset}"'),
    )
    const { stdout } = await droplet.run(command, platformEnv('web'))
    expect(stdout).toBe('<x8080><x8080-x8080><$A `id`\n><>')
  })

  test('hides variables, services in all forms, but not those that env sets', async () => {
    const hideEnv = ['VCAP_SERVICES', 'SECRET', 'KEPT'] as EnvName[]
    const { droplet, command } = dropletOf(
      sidecar('s', { hideEnv, env: env({ KEPT: text('from $SECRET') }) }),
      shell('env | grep -E "VCAP_SERVICES|SERVICE_BINDING|DATABASE_URL|SECRET|KEPT|SIDECARS"'),
    )
    const { stdout } = await droplet.run(command, {
      ...platformEnv('web'),
      VCAP_SERVICES: '{"x":[{"credentials":{"uri":"postgres://u:p@h/d"}}]}',
      VCAP_SERVICES_FILE_PATH: '/x',
      SERVICE_BINDING_ROOT: '/y',
      SECRET: 's3cret',
      KEPT: 'old',
      SIDECARS_CREDENTIALS: 'user:secret',
    })
    expect(stdout).toBe('KEPT=from s3cret\n')
  })

  test('hides from the sidecar what the app has in a variable, and not what staging sets for the sidecar', async () => {
    const hideEnv = ['PATH', 'LD_LIBRARY_PATH', 'PORT', 'APP_PORT', 'SIDECAR_HOME'] as EnvName[]
    const [staged] = stage([[sidecar('s', { hideEnv, proxy: { wait: false } }), shell('show; env')]])
    if (!staged) throw new Error()
    const planned = plan([{ ...staged, hasHome: true, libraryDir: 'lib' }])
    const droplet = removedAfterTest(new ShellDroplet(planned))
    droplet.write('deps/0/sidecars/s/show', '#!/bin/bash\necho found\n', 0o755)
    const { stdout } = await droplet.run(planned.launch[0]?.command ?? '', {
      ...platformEnv('web'),
      LD_LIBRARY_PATH: '/app/lib',
    })
    const home = `${droplet.dir}/deps/0/sidecars/s`
    const names = /^(PATH|LD_LIBRARY_PATH|PORT|APP_PORT|SIDECAR_HOME|found)/
    expect(
      stdout
        .split('\n')
        .filter((each) => names.test(each))
        .sort(),
    ).toEqual([
      'APP_PORT=18080',
      `LD_LIBRARY_PATH=${home}/lib`,
      `PATH=${home}:/usr/local/bin:/usr/bin:/bin`,
      'PORT=8080',
      `SIDECAR_HOME=${home}`,
      'found',
    ])
  })

  test('puts the directory of its libraries before those of the app, unless its env says where they are', async () => {
    const droplet = (each: Sidecar) => {
      const [staged] = stage([[each, EXECUTABLE]])
      if (!staged) throw new Error()
      const planned = plan([{ ...staged, libraryDir: "it's lib" }])
      const made = removedAfterTest(new ShellDroplet(planned))
      made.write(
        'deps/0/sidecars/s/bin/show',
        '#!/bin/bash\necho "${LD_LIBRARY_PATH//"$SIDECAR_HOME"/HOME}"\n',
        0o755,
      )
      return {
        run: (more = {}) => made.run(planned.launch[0]?.command ?? '', { ...platformEnv('web'), ...more }),
      }
    }
    const { run } = droplet(sidecar('s'))
    expect((await run()).stdout).toBe("HOME/it's lib\n")
    expect((await run({ LD_LIBRARY_PATH: '/app/lib' })).stdout).toBe("HOME/it's lib:/app/lib\n")
    const own = droplet(sidecar('s', { env: env({ LD_LIBRARY_PATH: text('/own') }) }))
    expect((await own.run()).stdout).toBe('/own\n')
  })

  test('changes into its working directory below the app root', async () => {
    const { droplet, command } = dropletOf(sidecar('s', { workingDir: "my conf/it's" }), shell('cat here'))
    droplet.write("app/my conf/it's/here", 'there')
    expect((await droplet.run(command, platformEnv('web'))).stdout).toBe('there')
  })

  test('is found, and finds its directories, whatever its HOME, DEPS_DIR and PATH are', async () => {
    const elsewhere = { HOME: text('/tmp'), DEPS_DIR: text('/none'), PATH: text('/none') }
    const own = { env: env(elsewhere), workingDir: 'conf' }
    const show = 'echo "$0 $HOME $DEPS_DIR ${PATH-unset} ${PWD##*/}"'
    const { droplet, command } = dropletOf(sidecar('s', own), shell(show))
    droplet.write('app/conf/here', '')
    expect((await droplet.run(command, platformEnv('web'))).stdout).toBe('bash /tmp /none /none conf\n')

    const hidden = dropletOf(sidecar('s', { hideEnv: ['PATH'] as EnvName[] }), shell('echo "$0 $#"'))
    expect((await hidden.droplet.run(hidden.command, platformEnv('web'))).stdout).toBe('bash 0\n')

    const program = dropletOf(sidecar('s', { ...own, env: env(elsewhere) }), EXECUTABLE)
    program.droplet.write('deps/0/sidecars/s/bin/show', '#!/bin/bash\necho "$HOME"\n', 0o755)
    program.droplet.write('app/conf/here', '')
    expect((await program.droplet.run(program.command, platformEnv('web'))).stdout).toBe('/tmp\n')
  })

  test('finds the app root and the sockets below it although .profile changes HOME', async () => {
    const place = { file: 'sidecars.yml', line: 1, column: 1 }
    const waitFor = { kind: 'socket', socket: ['run/x.sock'], timeout: 500, place } as const
    const planned = plan(
      stage([
        [sidecar('awaited', { waitFor }), shell('sleep 10')],
        [
          sidecar('s', { workingDir: 'conf', after: { names: ['awaited' as SidecarName], place } }),
          shell('cat here; echo " $HOME"'),
        ],
      ]),
    )
    const droplet = removedAfterTest(new ShellDroplet(planned))
    droplet.write('app/conf/here', 'there')
    droplet.write('app/run/keep', '')
    droplet.write('app/.profile', 'export HOME=/\n')
    const server = createServer().listen(`${droplet.dir}/app/run/x.sock`)
    const [awaited, own] = planned.launch.map(({ command }) => command)
    await droplet.start(awaited ?? '', platformEnv('web'))
    const { stdout } = await droplet.run(own ?? '', platformEnv('web'))
    server.close()
    expect(stdout).toBe('there /\n')
  })

  test.each([
    'set -eu; export SHELLOPTS',
    'echo "set -euf; IFS=:" > settings; export BASH_ENV=$PWD/settings',
    'read() { exit 9; }; export -f read',
  ])('is not affected by the shell settings of .profile: %s', async (settings) => {
    const running = {
      restart: { policy: 'on-failure', attempts: 1 },
      hideEnv: ['NONE'] as EnvName[],
    } as const
    const command = 'set +eu; echo "$ONE"; test -e ../again || { touch ../again; exit 3; }'
    const { droplet, command: start } = dropletOf(
      sidecar('s', { ...running, env: env({ ONE: text('1$NONE') }) }),
      shell(command),
    )
    droplet.write('app/.profile', `${settings}\n`)
    const { stdout, stderr, status } = await droplet.run(start, platformEnv('web'))
    expect({ stdout, stderr, status }).toEqual({
      stdout: '1\n1\n',
      stderr: 'sidecar "s": exited with status 3; restart 1 of 1 in 1 s\n',
      status: 0,
    })
  })

  test('leaves the shell settings of .profile to the command', async () => {
    const { droplet, command } = dropletOf(
      sidecar('s', { hideEnv: ['NONE'] as EnvName[] }),
      shell('echo "$SOURCED $(given)"'),
    )
    const settings = 'echo SOURCED=sourced > settings; export BASH_ENV=$PWD/settings'
    droplet.write('app/.profile', `${settings}; export SHELLOPTS; given() { echo given; }; export -f given\n`)
    expect((await droplet.run(command, platformEnv('web'))).stdout).toBe('sourced given\n')
  })

  test('ends in exec: the process is the very one that the platform started', async () => {
    const { droplet, command } = dropletOf(sidecar('s', { env: env({ A: text('1') }) }), shell('echo $$'))
    const running = await droplet.start(command, platformEnv('web'))
    const { stdout } = await running.ended
    expect(stdout.trim().split('\n').at(-1)).toBe(String(running.process.pid))
  })
})
