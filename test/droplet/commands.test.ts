import { chmodSync, mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { EnvName } from '../../src/config/sidecar.ts'
import { megabytes } from '../../src/platform/memory-size.ts'
import { findStack, STACK_NAMES } from '../../src/platform/stacks.ts'
import { removedAfterTest } from '../support/cleanup.ts'
import {
  env,
  plan,
  platformEnv,
  ShellDroplet,
  shell,
  sidecar,
  stage,
  template,
  text,
} from '../support/shell-droplet.ts'
import { commandsOf } from './commands-of.ts'
import { samples } from './scripts.shell-samples.ts'

const ROOT = join(import.meta.dirname, '../..')
const PHASES = ['detect', 'supply', 'finalize', 'release', 'start-node.bash'].map((name) => `bin/${name}`)

/** What a variable in the place of a command may hold. */
const GIVEN: Readonly<Record<string, string>> = {
  '"$@"': "the sidecar's program",
  '"${@:4}"': 'a function of the script',
  '"${@:5}"': 'a function of the script',
  '"$__java"': "the app's JVM",
  '"$node"': 'the Node.js that the buildpack carries',
}

describe('the commands of a shell text', () => {
  test.each([
    ['a; b && c || d | e &\nf', 'a b c d e f'],
    ['# a\nA=1 B="x y" b # c\n', 'b'],
    ['echo \'a; b\' "c $(d "$(e)") `" > $(f)', 'd e f'],
    ['if a; then b; elif c; then d; else e; fi', 'a b c d e'],
    ['while a <(b) 2> c; do d; done < e', 'a b d'],
    ['for x in a b; do c "$x"; done; for ((i = 0; i < 3; i++)); do d; done', 'c d'],
    ['case $a in\n  b | "c") d ;;\n  *) e; f\nesac; g', 'd e f g'],
    ['f() { a; }\nf; [ -f b ] || ! c; [[ d == e ]]; (( g = 1 ))', 'a c'],
    ['x=(a $(b) c) y[1]=d; local z=() e; g', 'b g'],
    ['exec a b; exec {fd}< c; exec "$d" e; command f; hash g', '"$d" a f g'],
    ["trap 'a; b' EXIT; ( c ); d=${e:-$(f)} g=$((1 + 2))", 'a b c f'],
    ['/bin/a b; ./c; "$@" {x}>&-', '"$@" ./c /bin/a'],
  ])('are told from what is none: %j', (script, commands) => {
    expect(commandsOf(script).join(' ')).toBe(commands)
  })
})

describe('a stack has every command', () => {
  const scripts = [
    ...samples.map(({ name, text }) => [name, text] as const),
    ...PHASES.map((path) => [path, readFileSync(join(ROOT, path), 'utf8')] as const),
  ]

  test.each(scripts)('of %s', async (_, script) => {
    for (const stack of STACK_NAMES) {
      const files = await findStack(stack)?.files()
      const lacking = commandsOf(script).filter(
        (each) => !(each in GIVEN) && !files?.commands.has(each.replace(/^\/(usr\/)?bin\//, '')),
      )
      expect(lacking, stack).toEqual([])
    }
  })

  test('of the droplet scripts, which call no program but Perl, and bash for the command of health', () => {
    const called = samples.flatMap(({ text }) => commandsOf(text)).filter((each) => !(each in GIVEN))
    expect([...new Set(called)].sort()).toEqual(['/bin/bash', 'perl'])
  })
})

describe('the droplet scripts', () => {
  test.each(samples.map(({ name, text }) => [name, text]))(
    'have only functions that they call: %s',
    (_, text) => {
      const script = text.replace(/^unset -f .*$/m, '')
      const functions = [...script.matchAll(/^\s*(\w+)\(\)/gm)].map(([, name = '']) => name)
      const uses = functions.map((name) => script.match(new RegExp(`\\b${name}\\b`, 'g'))?.length ?? 0)
      expect(functions.filter((_, at) => (uses[at] ?? 0) < 2)).toEqual([])
    },
  )
})

describe('droplet scripts without a bound service', () => {
  test('start no program: everything they do is done by bash', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    const { port } = server.address() as { port: number }
    const place = { file: 'sidecars.yml', line: 1, column: 1 }
    const all = {
      memory: megabytes(64),
      env: env({ A: text('$PORT') }),
      appEnv: env({ B: text('$PORT'), PATH: text('$PATH:/x') }),
      hideEnv: ['VCAP_SERVICES'] as EnvName[],
      workingDir: '.',
      proxy: { wait: true, appPort: port },
      waitFor: { kind: 'port', port, timeout: 1000, place },
      restart: { policy: 'on-failure', attempts: 1 },
      stop: { delay: 100, signal: 'INT' },
      args: [template('$A')],
    } as const
    const fails = shell('echo "sidecar $A" >&2; exit 3')
    const java = {
      agents: [{ path: '0/java/a.jar', options: ['x'] }],
      options: [['-Dx=1']],
      addedClasses: 0,
      libraries: ['0/java/b.jar'],
    }
    const planned = plan(stage([[sidecar('s', all), fails]]), { java })
    const droplet = removedAfterTest(new ShellDroplet(planned))
    const { PATH, called } = await recordingPath(droplet.dir)
    const given = { ...platformEnv('web'), PATH }
    const app = await droplet.run('echo "$B $JAVA_OPTS"', given)
    expect(app).toMatchObject({ status: 0, stderr: '' })
    expect(app.stdout).toContain(`${port} -javaagent:`)
    const restarted = await droplet.run(planned.launch[0]?.command ?? '', given)
    expect(restarted.status).toBe(3)
    expect(restarted.stderr.match(/^sidecar 8080$/gm)).toHaveLength(2)
    server.close()
    expect(called()).toBe('')
  })

  /** A PATH with every command of the stacks; each notes that it was called, but for those of the platform's launcher. */
  async function recordingPath(dir: string) {
    const bin = join(dir, 'recording')
    mkdirSync(bin)
    const log = join(dir, 'called')
    writeFileSync(log, '')
    writeFileSync(join(bin, 'record'), `#!/bin/bash\necho "$0" >> '${log}'\n`)
    chmodSync(join(bin, 'record'), 0o755)
    const launcher = ['bash', 'ls']
    for (const each of launcher) symlinkSync(`/bin/${each}`, join(bin, each))
    const names = new Set<string>()
    for (const stack of STACK_NAMES)
      for (const each of (await findStack(stack)?.files())?.commands ?? []) names.add(each)
    for (const each of names) if (!launcher.includes(each)) symlinkSync('record', join(bin, each))
    return { PATH: bin, called: () => readFileSync(log, 'utf8') }
  }
})
