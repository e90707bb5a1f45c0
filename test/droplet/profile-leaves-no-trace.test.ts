import { execFile } from 'node:child_process'
import { createServer } from 'node:net'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { megabytes } from '../../src/platform/memory-size.ts'
import { inStack } from '../support/in-stack.ts'
import { hasPerl } from '../support/programs.ts'
import {
  credential,
  env,
  plan,
  platformEnv,
  ShellDroplet,
  shell,
  sidecar,
  stage,
  text,
} from '../support/shell-droplet.ts'

const PLACE = { file: 'sidecars.yml', line: 1, column: 1 }

/** All that a shell has, but for what counts by itself. */
const STATE = `state() {
  declare -p | grep -vE '^declare -[a-zA-Z-]+ (_|BASH_ARG[CV]|BASH_LINENO|BASH_SOURCE|BASH_COMMAND|BASHPID|EPOCH[A-Z]+|S?RANDOM|SECONDS|LINENO|PIPESTATUS|FUNCNAME)(=|$)'
  declare -f; set +o; shopt; trap; alias; pwd; umask; ulimit -a; jobs; hash
  local fds=(/proc/$$/fd/*); echo "\${fds[@]##*/}"; echo "$#: $*"
}`

describe('the shell that sources the profile.d script', () => {
  const server = createServer()
  let droplet: ShellDroplet
  let port = 0

  beforeAll(async () => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    port = (server.address() as { port: number }).port
    const full = sidecar('s', {
      memory: megabytes(256),
      appEnv: env({
        PATH: text('/opt/x:$PATH'),
        NODE_OPTIONS: text('$NODE_OPTIONS -r x'),
        ...(hasPerl && { LICENSE: credential('apm', 'key') }),
      }),
      proxy: { wait: false },
      waitFor: { kind: 'port', port, timeout: 5000, place: PLACE },
    })
    const slow = sidecar('slow', {
      waitFor: { kind: 'socket', socket: ['late.sock'], timeout: 5000, place: PLACE },
    })
    const java = {
      agents: [{ path: '0/java/a.jar' }],
      options: [['-Dx=1']],
      addedClasses: 0,
      libraries: ['0/java/b.jar'],
    }
    droplet = new ShellDroplet(
      plan(
        stage([
          [full, shell('true')],
          [slow, shell('true')],
        ]),
        { java },
      ),
    )
  })

  afterAll(() => {
    server.close()
    droplet.remove()
  })

  const SCRIPT = 'profile.d/0_sidecar-buildpack.sh'
  const COPY = 'deps/0/profile.d/sidecar-buildpack.sh'

  /** What differs between before and after, sorted; a socket opens while the app waits for it. */
  async function changes(setup: string, sourced: readonly string[], command = 'run the app', ready = true) {
    const source = sourced.map((each) => `. "${droplet.dir}/${each}"`).join('\n')
    const socket = createServer()
    const opened = setTimeout(() => socket.listen(`${droplet.dir}/app/late.sock`), ready ? 0 : 150)
    const script = `${STATE}\n: before\n${setup}\n{ state "$@"; } > before 2>/dev/null\n${source}\n{ state "$@"; } > after 2>/dev/null\nset +eux; diff before after || true`
    try {
      const { stdout, stderr } = await promisify(execFile)(
        ...inStack('bash', ['-c', script, 'launcher', 'app dir', command]),
        {
          cwd: droplet.dir,
          env: {
            ...platformEnv('web'),
            CF_INSTANCE_PORTS: '[{"external":61000,"internal":9090},{"external":61001,"internal":2222}]',
            PORT: '9090',
            VCAP_APP_PORT: '9090',
            VCAP_APPLICATION: '{"limits":{"mem":1024},"port":9090,"process_type":"web"}',
            VCAP_SERVICES: '{"x":[{"name":"apm","credentials":{"key":"k y"}}]}',
            PATH: process.env.PATH,
            DEPS_DIR: `${droplet.dir}/deps`,
            HOME: `${droplet.dir}/app`,
          },
        },
      )
      const lines = stdout.split('\n').filter((line) => /^[<>]/.test(line))
      return {
        stderr,
        lines: lines.map((line) =>
          line.replaceAll(droplet.dir, '<dir>').replace(process.env.PATH ?? '', '<path>'),
        ),
      }
    } finally {
      clearTimeout(opened)
      socket.close()
    }
  }

  const WANTED = [
    '< declare -x PATH="<path>"',
    '< declare -x PORT="9090"',
    '< declare -x VCAP_APPLICATION="{\\"limits\\":{\\"mem\\":1024},\\"port\\":9090,\\"process_type\\":\\"web\\"}"',
    '< declare -x VCAP_APP_PORT="9090"',
    '> declare -x CLASSPATH=":<dir>/deps/0/java/b.jar"',
    '> declare -x JAVA_OPTS="-javaagent:<dir>/deps/0/java/a.jar -Dx=1"',
    ...(hasPerl ? ['> declare -x LICENSE="k y"'] : []),
    '> declare -x NODE_OPTIONS=" -r x"',
    '> declare -x PATH="/opt/x:<path>"',
    '> declare -x PORT="19090"',
    '> declare -x VCAP_APPLICATION="{\\"limits\\":{\\"mem\\":1024},\\"port\\":19090,\\"process_type\\":\\"web\\"}"',
    '> declare -x VCAP_APP_PORT="19090"',
  ]

  const SETUPS: Readonly<Record<string, string>> = {
    'as it is': '',
    'with set -e and set -u': 'set -eu',
    'with set -f, an IFS and noclobber': "set -fC; IFS=':/0123456789'",
    'with failglob, nocasematch and extglob': 'shopt -s failglob nocasematch extglob nullglob dotglob',
    'with traps and functions': "trap 'true' ERR DEBUG EXIT USR1; __other() { :; }; set -E",
    'with an open descriptor and allexport': 'exec 9< /dev/null; set -a',
  }

  test.each(Object.entries(SETUPS))(
    '%s, has afterwards what the sidecars want of the app, and nothing else',
    async (_, setup) => {
      expect((await changes(setup, [SCRIPT])).lines.sort()).toEqual(WANTED)
    },
  )

  test.each(Object.entries(SETUPS))('%s, and twice, has it once', async (_, setup) => {
    expect((await changes(setup, [SCRIPT, COPY])).lines.sort()).toEqual(WANTED)
  })

  test('has nothing but it after a wait either, and prints what it waited for', async () => {
    expect(await changes('', [SCRIPT], 'run the app', false)).toEqual({
      lines: expect.any(Array),
      stderr:
        'The app waits for the sidecar "slow" (socket late.sock)\nThe sidecar "slow" is ready (socket late.sock)\n',
    })
    expect((await changes('set -eu', [SCRIPT], 'run the app', false)).lines.sort()).toEqual(WANTED)
  })

  test('of a sidecar is as it was', async () => {
    expect(await changes('set -eu', [SCRIPT], '"$DEPS_DIR"/0/start/s')).toEqual({ lines: [], stderr: '' })
  })

  test.runIf(hasPerl)('shows no credential, though another profile traces', async () => {
    const { stderr } = await changes('set -x', [SCRIPT])
    expect(stderr).not.toContain('19090')
    expect(stderr).toContain('+ __sidecar_profile')
    expect(/^\++ (export|mapfile|credentials)/m.test(stderr)).toBe(false)
  })
})
