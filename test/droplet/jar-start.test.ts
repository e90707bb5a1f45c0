import { mkdirSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { removedAfterTest } from '../support/cleanup.ts'
import {
  env,
  literal,
  plan,
  platformEnv,
  ShellDroplet,
  sidecar,
  stage,
  template,
  text,
} from '../support/shell-droplet.ts'

const JAVA = (name: string) => `#!/bin/bash\nprintf "%s|" ${name} "$@"\n`

function dropletOf(javaOpts?: string, jvmOptions: readonly string[] = ['-Xmx64M', '-Xss1M']) {
  const each = sidecar('mock', {
    args: [template('--port'), template('$PORT')],
    ...(javaOpts !== undefined && {
      env: env({ JAVA_OPTS: javaOpts.startsWith('$') ? text(javaOpts) : literal(javaOpts) }),
    }),
  })
  const planned = plan(stage([[each, { kind: 'jar', file: 'mock 1.jar', jvmOptions }]]))
  const droplet = removedAfterTest(new ShellDroplet(planned))
  return {
    droplet,
    run: (more = {}) => droplet.run(planned.launch[0]?.command ?? '', { ...platformEnv('web'), ...more }),
  }
}

describe('a jar sidecar', () => {
  test("runs on the app's java: JAVA_HOME, else the one in the app, else PATH", async () => {
    const { droplet, run } = dropletOf()
    const jar = `-Xmx64M|-Xss1M|-jar|${droplet.dir}/deps/0/sidecars/mock/mock 1.jar|--port|8080|`
    droplet.write('bin/java', JAVA('path'), 0o755)
    const PATH = `${droplet.dir}/bin:${process.env.PATH}`
    expect((await run({ PATH })).stdout).toBe(`path|${jar}`)
    droplet.write('app/.java-buildpack/open_jdk_jre/bin/java', JAVA('4.x'), 0o755)
    expect((await run({ PATH })).stdout).toBe(`4.x|${jar}`)
    droplet.write('jre 5/bin/java', JAVA('5.x'), 0o755)
    expect((await run({ PATH, JAVA_HOME: `${droplet.dir}/jre 5` })).stdout).toBe(`5.x|${jar}`)
  })

  test('has two malloc arenas, unless the app says otherwise', async () => {
    const { droplet, run } = dropletOf()
    droplet.write('jre/bin/java', '#!/bin/bash\nprintenv MALLOC_ARENA_MAX\n', 0o755)
    const JAVA_HOME = `${droplet.dir}/jre`
    expect((await run({ JAVA_HOME })).stdout).toBe('2\n')
    expect((await run({ JAVA_HOME, MALLOC_ARENA_MAX: '4' })).stdout).toBe('4\n')
  })

  test('lists where it searched when there is none', async () => {
    const { droplet, run } = dropletOf()
    mkdirSync(join(droplet.dir, 'bin'))
    for (const tool of ['bash', 'ls']) symlinkSync(`/bin/${tool}`, join(droplet.dir, 'bin', tool))
    const { status, stderr } = await run({ PATH: `${droplet.dir}/bin`, JAVA_HOME: '/nowhere' })
    expect(status).toBe(127)
    expect(stderr).toBe(
      `sidecar "mock": no java in $JAVA_HOME, in ${droplet.dir}/app/.java-buildpack or on PATH\n`,
    )
  })

  test.each([
    ['-Da=1 -Db=2', ['-Da=1', '-Db=2']],
    ['  -Da="x  y"\t-Db=\'x " y\'\n', ['-Da=x  y', '-Db=x " y']],
    ['-Da=x\\ y -Db=\\$HOME -Dc="\\$HOME \\" \\x \\\\"', ['-Da=x y', '-Db=$HOME', '-Dc=$HOME " \\x \\']],
    ["-Da='$(id)' -Db=`id` '' \"\" * ~", ['-Da=$(id)', '-Db=`id`', '', '', '*', '~']],
    ["-Da='it'\\''s' ü😀", ["-Da=it's", 'ü😀']],
    ['', []],
  ])(
    'takes the JAVA_OPTS of its env after ours, split by quotes and never run: %s',
    async (given, expected) => {
      const { droplet, run } = dropletOf(given)
      droplet.write('jre/bin/java', JAVA('java'), 0o755)
      const { stdout, stderr } = await run({ JAVA_HOME: `${droplet.dir}/jre` })
      expect(stderr).toBe('')
      expect(stdout.split('|').slice(3, -5)).toEqual(expected)
    },
  )

  test.each([
    [{}, true],
    [{ JAVA_TOOL_OPTIONS: '-Dx=1 -XX:+UseG1GC' }, false],
    [{ JDK_JAVA_OPTIONS: '-XX:+UseZGC -Dx=1' }, false],
    [{ _JAVA_OPTIONS: '"-XX:+UseParallelGC"' }, false],
    [{ JAVA_TOOL_OPTIONS: '-XX:+UseCompressedOops -XX:+PrintGC' }, true],
    [{ JAVA_OPTS: '-XX:+UseG1GC' }, true],
  ])(
    'is told of one collector only, with which alone a JVM starts, beside %o',
    async (more: Readonly<Record<string, string>>, isOurs) => {
      const { droplet, run } = dropletOf(undefined, ['-XX:+UseSerialGC', '-Xmx64M'])
      droplet.write('jre/bin/java', JAVA('java'), 0o755)
      const { stdout, stderr } = await run({ JAVA_HOME: `${droplet.dir}/jre`, ...more })
      expect(stderr).toBe('')
      expect(stdout.split('|').slice(1, -5)).toEqual([...(isOurs ? ['-XX:+UseSerialGC'] : []), '-Xmx64M'])
    },
  )

  test('gets only one garbage collector if its JAVA_OPTS are those of the app', async () => {
    const { droplet, run } = dropletOf('$JAVA_OPTS', ['-XX:+UseSerialGC', '-Xmx64M'])
    droplet.write('jre/bin/java', JAVA('java'), 0o755)
    const { stdout } = await run({ JAVA_HOME: `${droplet.dir}/jre`, JAVA_OPTS: '-XX:+UseG1GC' })
    expect(stdout.split('|').slice(1, -5)).toEqual(['-Xmx64M', '-XX:+UseG1GC'])
  })

  test("does not take the app's JAVA_OPTS", async () => {
    const { droplet, run } = dropletOf()
    droplet.write('jre/bin/java', JAVA('java'), 0o755)
    expect((await run({ JAVA_HOME: `${droplet.dir}/jre`, JAVA_OPTS: '-Dapp=1' })).stdout).not.toContain(
      '-Dapp',
    )
  })
})
