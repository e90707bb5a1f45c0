import { execFileSync } from 'node:child_process'
import { describe, expect, test } from 'vitest'
import type { EnvName } from '../../src/config/sidecar.ts'
import { quoteJavaOption } from '../../src/java/option-quoting.ts'
import { removedAfterTest } from '../support/cleanup.ts'
import { plan, platformEnv, ShellDroplet, shell, sidecar, stage } from '../support/shell-droplet.ts'

const JAVA = {
  agents: [{ path: '0/java/my agent.jar', options: ['a="b c"'] }],
  options: [['-Dx=1']],
  addedClasses: 0,
  libraries: [],
}

/** A `java` that shows what it gets, and a droplet whose web process has that start command. */
function dropletOf(startCommand: string) {
  const droplet = removedAfterTest(
    new ShellDroplet(plan(stage([[sidecar('side'), shell('run-java --side')]]), { java: JAVA })),
  )
  const show = '#!/bin/bash\nprintf "%s|" "opts:${JAVA_OPTS-}" "tool:${JAVA_TOOL_OPTIONS-}" "$@"\n'
  droplet.write('bin/run-java', show, 0o755)
  droplet.write('staging_info.yml', goJson({ detected_buildpack: 'binary', start_command: startCommand }))
  return droplet
}

/** As Go writes it, which keeps the signs of HTML out. */
const goJson = (value: unknown) =>
  JSON.stringify(value).replace(/[<>&]/g, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`)

async function shown(droplet: ShellDroplet, command: string, type: string | undefined, env = {}) {
  const path = { PATH: `${droplet.dir}/bin:${process.env.PATH}` }
  const { stdout, stderr } = await droplet.run(command, { ...platformEnv(type), ...path, ...env })
  expect(stderr).toBe('')
  return stdout
}

const byJavaOpts = (dir: string, own = '') =>
  `opts:-javaagent:${dir}/deps/0/java/my\\ agent.jar=a=\\"b\\ c\\" -Dx=1${own}|tool:|`
const byToolOptions = (dir: string, own = '') =>
  `opts:|tool:-javaagent:"${dir}/deps"/"0/java/my agent.jar"=a='"'"b c"'"' -Dx=1${own}|`

describe("options for the app's JVM go by", () => {
  test.each([
    ['a command that names JAVA_OPTS', 'run-java $JAVA_OPTS'],
    ['a script that names JAVA_OPTS', 'bin/start'],
    ['such a script behind exec', 'exec bin/start --now'],
  ])('JAVA_OPTS under %s', async (_, command) => {
    const droplet = dropletOf(command)
    droplet.write('app/bin/start', '#!/bin/bash\nexec run-java $JAVA_OPTS\n', 0o755)
    expect(await shown(droplet, command, 'web')).toContain(byJavaOpts(droplet.dir))
    expect(await shown(droplet, command, undefined)).toContain(byJavaOpts(droplet.dir))
  })

  test.each([
    ['run-java -cp . Main'],
    ['run-java "a \\ b" \'<c>\' && true & wait'],
    ['true\n\trun-java ü 漢'],
    ['bin/start'],
  ])('JAVA_TOOL_OPTIONS where neither command nor script names it: %s', async (command) => {
    const droplet = dropletOf(command)
    droplet.write('app/bin/start', '#!/bin/bash\nexec run-java Main\n', 0o755)
    expect(await shown(droplet, command, 'web')).toContain(byToolOptions(droplet.dir))
  })

  test('JAVA_TOOL_OPTIONS in a task with its own command', async () => {
    const droplet = dropletOf('run-java $JAVA_OPTS')
    expect(await shown(droplet, 'run-java Migrate', undefined)).toContain(byToolOptions(droplet.dir))
  })

  test('JAVA_OPTS alone where a process could be a sidecar of the app manifest', async () => {
    const droplet = dropletOf('run-java -cp . Main')
    for (const command of ['run-java -jar manifest-sidecar.jar', 'run-java -cp . Main2', 'run-java']) {
      expect(await shown(droplet, command, 'web')).toContain(byJavaOpts(droplet.dir))
    }
    expect(await shown(droplet, 'run-java Migrate', undefined, { VCAP_APPLICATION: '' })).toContain(
      byJavaOpts(droplet.dir),
    )
  })

  test("neither in our sidecars; the user's own stay, behind ours, also when it is sourced twice", async () => {
    const droplet = dropletOf('run-java Main')
    const own = { JAVA_OPTS: '-Down=1', JAVA_TOOL_OPTIONS: '-Down=2' }
    expect(await shown(droplet, '"$DEPS_DIR"/0/start/side', 'web', own)).toContain(
      'opts:-Down=1|tool:-Down=2|',
    )
    const twice = '. ../profile.d/0_sidecar-buildpack.sh\n'
    droplet.write('app/.profile', twice)
    expect(await shown(droplet, 'run-java Main', 'web', own)).toContain(
      byToolOptions(droplet.dir, ' -Down=2').replace('opts:', 'opts:-Down=1'),
    )
  })
})

const java = (() => {
  // No stack has one.
  if (process.env.STACK_ROOTFS !== undefined) return undefined
  try {
    return execFileSync('bash', ['-c', 'command -v java']).toString().trim()
  } catch {
    return undefined
  }
})()

const nasty = [
  'plain',
  '',
  'a  b \'c\' "d" $HOME ${HOME} $(id) `id` * \\ \\\\',
  'ends in blanks  ',
  ' -Xmx9g',
  "tab\tü漢é'",
  'line\nbreak\r\n',
  '& ; | < > ( ) { } [ ] ! # ~ ? ^',
]

describe('variables in options', () => {
  const variable = (name: string) => ({ variable: name as EnvName, place: { file: 'x', line: 1, column: 1 } })
  const options = [['-Dnode=', variable('CF_INSTANCE_INDEX')], ['-Dplain=1'], ['-Dt=$', variable('TEXT')]]
  const withVariables = {
    agents: [{ path: '0/java/my agent.jar', options: ['name=app-', variable('CF_INSTANCE_INDEX')] }],
    options,
    addedClasses: 0,
    libraries: [],
  }

  async function optionsIn(command: string, env: Readonly<Record<string, string>>) {
    const droplet = removedAfterTest(
      new ShellDroplet(plan(stage([[sidecar('side'), shell('true')]]), { java: withVariables })),
    )
    droplet.write('staging_info.yml', goJson({ start_command: command }))
    droplet.write('app/.profile', '. ../profile.d/0_sidecar-buildpack.sh\n')
    const { stdout, stderr } = await droplet.run(command, { ...platformEnv('web'), ...env })
    expect(stderr).toBe('')
    return stdout.replaceAll(droplet.dir, '<dir>')
  }

  test.each(nasty)('expand at start, and stay one word of JAVA_OPTS: %j', async (text) => {
    const command = `printf '%s' "$JAVA_OPTS"`
    const word = (option: string) => quoteJavaOption(option.replaceAll(/[\r\n]/g, ' '))
    expect(await optionsIn(command, { CF_INSTANCE_INDEX: '3', TEXT: text })).toBe(
      [
        '-javaagent:<dir>/deps/0/java/my\\ agent.jar=name=app-3',
        '-Dnode=3',
        '-Dplain=1',
        word(`-Dt=$${text}`),
      ].join(' '),
    )
  })

  test('leave out an option that is empty', async () => {
    const command = `printf '%s' "$JAVA_OPTS"`
    const droplet = removedAfterTest(
      new ShellDroplet(
        plan(stage([[sidecar('side'), shell('true')]]), {
          java: { agents: [], options: [[variable('NONE')]], addedClasses: 0, libraries: [] },
        }),
      ),
    )
    expect((await droplet.run(command, { ...platformEnv('web'), JAVA_OPTS: '-Down=1' })).stdout).toBe(
      '-Down=1',
    )
  })

  test.skipIf(!java)('reach a real JVM by JAVA_TOOL_OPTIONS as they were meant', async () => {
    const command = 'java -XshowSettings:properties -version 2>&1'
    const text = `a  b 'c' "d" $HOME * \\ ü`
    const droplet = removedAfterTest(
      new ShellDroplet(
        plan(stage([[sidecar('s'), shell('true')]]), { java: { ...withVariables, agents: [] } }),
      ),
    )
    droplet.write('staging_info.yml', goJson({ start_command: command }))
    const env = { ...platformEnv('web'), TEXT: text, CF_INSTANCE_INDEX: '3', LANG: 'C.UTF-8' }
    const { stdout } = await droplet.run(command, env)
    expect(stdout).toContain(`    t = $${text}\n`)
    expect(stdout).toContain('    node = 3\n')
  })
})

describe('room for the classes of agents and libraries', () => {
  const libraries = ['0/java/lib.jar']
  const java = { agents: [], options: [], libraries, addedClasses: 20_000 }
  const room = `-XX:MaxMetaspaceSize=${Math.ceil((34_769 * 5800 + 14_000_000) / 1024)}K`

  async function optionsIn(command: string, env: Readonly<Record<string, string>> = {}) {
    const droplet = removedAfterTest(
      new ShellDroplet(plan(stage([[sidecar('side'), shell('true')]]), { java })),
    )
    droplet.write('app/.profile', '. ../profile.d/0_sidecar-buildpack.sh\n')
    const { stdout, stderr } = await droplet.run(`${command}; printf '%s' "\${JAVA_OPTS-}"`, {
      ...platformEnv('web'),
      ...env,
    })
    expect(stderr).toBe('')
    return stdout
  }

  test.each([
    ['5.x', ': calculator --total-memory=$MEMORY_LIMIT --loaded-class-count=14769 --thread-count=250'],
    ['4.x', ': calculator -totMemory=$MEMORY_LIMIT -loadedClasses=14769 -poolType=metaspace'],
  ])('is made from the class count in the start command of Java buildpack %s, once', async (_, command) => {
    expect(await optionsIn(command)).toBe(room)
    expect(await optionsIn(command, { JAVA_OPTS: '-Down=1' })).toBe(`${room} -Down=1`)
  })

  test('has room for the classes of all buildpacks of ours', async () => {
    const options = { ...java, libraries: [] }
    const plans = [
      plan(stage([]), { java: options }),
      plan(stage([]), { index: '1', java: { ...options, addedClasses: 1000, earlierClasses: 20_000 } }),
      plan(stage([]), { index: '2', java: { ...options, addedClasses: 231, earlierClasses: 21_000 } }),
    ]
    const droplet = removedAfterTest(new ShellDroplet(...plans))
    droplet.write('app/.profile', 'for each in ../profile.d/*; do . "$each"; done\n')
    const run = async (more: Record<string, string> = {}) =>
      (
        await droplet.run(': calculator --loaded-class-count=14769; printf %s "$JAVA_OPTS"', {
          ...platformEnv('web'),
          ...more,
        })
      ).stdout
    // 36,000 classes of 5800 bytes, and 14,000,000 bytes.
    expect(await run({ JAVA_OPTS: '-Da=b' })).toBe('-XX:MaxMetaspaceSize=217579K -Da=b')
    expect(await run({ JAVA_OPTS: '-XX:MaxMetaspaceSize=64m' })).toBe('-XX:MaxMetaspaceSize=64m')
  })

  test('is left to the user who fixes it, and where no calculator runs', async () => {
    const command = ': calculator --loaded-class-count=14769'
    const own = '-Da=b -XX:MaxMetaspaceSize=64m'
    expect(await optionsIn(command, { JAVA_OPTS: own })).toBe(own)
    expect(await optionsIn(command, { JBP_CONFIG_JAVA_OPTS: `{java_opts: "${own}"}` })).toBe('')
    expect(await optionsIn(`${command} -XX:MaxMetaspaceSize=64m`)).toBe('')
    expect(await optionsIn(': java -jar app.jar')).toBe('')
  })
})

test.skipIf(!java)(
  `a real JVM reads JAVA_TOOL_OPTIONS as they were meant${java ? '' : ': skipped, no java on this machine'}`,
  async () => {
    const option = '-Dit=a  b \'c\' "d" $HOME * \\'
    const droplet = removedAfterTest(
      new ShellDroplet(
        plan(stage([[sidecar('s'), shell('true')]]), { java: { ...JAVA, agents: [], options: [[option]] } }),
      ),
    )
    const command = 'java -XshowSettings:properties -version 2>&1'
    droplet.write('staging_info.yml', goJson({ start_command: command }))
    const { stdout } = await droplet.run(command, platformEnv('web'))
    expect(stdout).toContain(`    it = ${option.slice(5)}\n`)
  },
)
