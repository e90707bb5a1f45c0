import { describe, expect, test } from 'vitest'
import { megabytes } from '../../src/platform/memory-size.ts'
import { removedAfterTest } from '../support/cleanup.ts'
import {
  env,
  plan,
  platformEnv,
  ShellDroplet,
  shell,
  sidecar,
  stage,
  text,
  types,
} from '../support/shell-droplet.ts'

function dropletOf(...plans: readonly ReturnType<typeof plan>[]) {
  const droplet = removedAfterTest(new ShellDroplet(...plans))
  return droplet
}

const agents = (index: string) => ({
  agents: [{ path: `${index}/java/agent.jar`, options: ['a=b c'] }],
  options: [['-Dblank=a  b']],
  addedClasses: 0,
  libraries: [`${index}/java/lib.jar`],
})

const SHOW = 'printf "%s\\n" "JAVA_OPTS=${JAVA_OPTS-}" "URL=${URL-}" "MEMORY_LIMIT=$MEMORY_LIMIT"'

describe('the profile.d script', () => {
  const staged = stage([
    [sidecar('config server', { appEnv: env({ URL: text('http://localhost:$PORT') }) }), shell(SHOW)],
    [sidecar('other', { processTypes: types('worker') }), shell(SHOW)],
  ])

  test('reaches the app, its worker by its own sidecars, and a task with Java alone', async () => {
    const droplet = dropletOf(plan(staged, { java: agents('0') }))
    const java = `JAVA_OPTS=-javaagent:${droplet.dir}/deps/0/java/agent.jar=a=b\\ c -Dblank=a\\ \\ b -Duser=1\n`
    const user = { JAVA_OPTS: '-Duser=1' }
    const run = async (type?: string) => (await droplet.run(SHOW, { ...platformEnv(type), ...user })).stdout
    expect(await run('web')).toBe(`${java}URL=http://localhost:8080\nMEMORY_LIMIT=1024m\n`)
    expect(await run('worker')).toBe(`${java}URL=\nMEMORY_LIMIT=1024m\n`)
    expect(await run()).toBe(`${java}URL=\nMEMORY_LIMIT=1024m\n`)
  })

  test('keeps all that from every sidecar: ours, those of other buildpacks before and of ours after this one', async () => {
    const otherSidecars = [{ type: 'vendor', command: SHOW, sidecarFor: ['web'], memory: 0 }]
    const first = plan(staged, { java: agents('0'), otherSidecars })
    const second = plan(stage([[sidecar('late'), shell(SHOW)]]), { index: '1', earlierAffectsApp: true })
    const droplet = dropletOf(first, second)
    for (const { command } of [...first.launch, ...second.launch, ...otherSidecars]) {
      const { stdout } = await droplet.run(command, platformEnv('web'))
      expect(stdout, command).toBe('JAVA_OPTS=\nURL=\nMEMORY_LIMIT=1024m\n')
    }
    expect(second.launch[0]?.command).toBe('"$DEPS_DIR"/1/start/late')
  })

  test('knows a sidecar though another profile has changed the positional parameters', async () => {
    const planned = plan(staged, { java: agents('0') })
    const droplet = dropletOf(planned)
    droplet.write('profile.d/0_a.sh', 'set -- changed parameters\n')
    droplet.write('app/.profile', `set -- "$HOME" '${planned.launch[0]?.command}'; cd .. && set -- . "$2"\n`)
    const { stdout } = await droplet.run(planned.launch[0]?.command ?? '', platformEnv('web'))
    expect(stdout).toContain('JAVA_OPTS=\nURL=\n')
  })

  test('takes the credentials of staging away from everything', async () => {
    const planned = plan(stage([[sidecar('bare'), shell('echo "[${SIDECARS_CREDENTIALS-}]"')]]))
    const droplet = dropletOf(planned)
    const secret = { SIDECARS_CREDENTIALS: 'https://user:pw@host' }
    expect(
      (await droplet.run(planned.launch[0]?.command ?? '', { ...platformEnv('web'), ...secret })).stdout,
    ).toBe('[]\n')
    expect(
      (await droplet.run('echo "[${SIDECARS_CREDENTIALS-}]"', { ...platformEnv(undefined), ...secret }))
        .stdout,
    ).toBe('[]\n')
  })

  test('sets what app_env says and leaves the rest, whatever the names are', async () => {
    const names = [
      'word',
      'words',
      'type',
      'credentials',
      'pause',
      'deps',
      'limit',
      'line',
      'path',
      'head',
      'tail',
    ]
    const appEnv = env({ word: text('a'), words: text('$PORT'), type: text('b'), limit: text('c') })
    const full = { appEnv, memory: megabytes(64), proxy: { wait: false } }
    const droplet = dropletOf(plan(stage([[sidecar('s', full), shell('true')]]), { java: agents('0') }))
    const own = Object.fromEntries(names.slice(4).map((name) => [name, `own ${name}`]))
    const { stdout } = await droplet.run(`for name in ${names.join(' ')}; do printenv "$name"; done`, {
      ...platformEnv('web'),
      ...own,
    })
    expect(stdout.split('\n').slice(0, -1)).toEqual([
      'a',
      '18080',
      'b',
      ...Object.values({ ...own, limit: 'c' }),
    ])
  })
})
