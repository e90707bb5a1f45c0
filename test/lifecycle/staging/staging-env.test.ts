import { expect, test } from 'vitest'
import { main } from '../../../src/cli/main.ts'
import { appGuid } from '../../../src/lifecycle/guid.ts'
import { stagingEnv } from '../../../src/lifecycle/staging/staging-env.ts'

const STAGING = {
  appName: 'demo',
  memory: 1024,
  stack: 'cflinuxfs4',
  env: new Map(),
  services: '{}',
  home: '/home/vcap',
  host: {},
}

test('the help of stage names the variables of this machine that buildpacks get', async () => {
  const said: string[] = []
  const line = { env: {}, cwd: '/', isTerminal: false, err: () => {} }
  await main(['stage', '--help'], { ...line, out: (text) => void said.push(String(text)) })
  const [, sentence = ''] = /(From your shell's[^.]*)\./.exec(said.join('')) ?? []
  const names = sentence.match(/\b[A-Z]+(_[A-Z]+)*\b/g) ?? []
  const lower = names.filter((each) => each.endsWith('_PROXY')).map((each) => each.toLowerCase())
  const host = new Proxy({}, { get: (_, name) => `of this machine: ${String(name)}` })
  const taken = Object.entries(stagingEnv({ ...STAGING, host })).filter(([, value]) =>
    value.startsWith('of this'),
  )
  expect([...names, ...lower].sort()).toEqual(taken.map(([name]) => name).sort())
})

test('the app has the id at staging that it runs with', () => {
  const { VCAP_APPLICATION = '' } = stagingEnv(STAGING)
  expect(JSON.parse(VCAP_APPLICATION).application_id).toBe(appGuid('demo'))
  expect(appGuid('demo')).not.toBe(appGuid('other'))
  expect(appGuid('demo')).toMatch(/^[\da-f]{8}-[\da-f]{4}-8[\da-f]{3}-8[\da-f]{3}-[\da-f]{12}$/)
})
