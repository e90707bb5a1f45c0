import { expect, test } from 'vitest'
import { appGuid } from '../../../src/lifecycle/guid.ts'
import { stagingEnv } from '../../../src/lifecycle/staging/staging-env.ts'

test('the app has the id at staging that it runs with', () => {
  const { VCAP_APPLICATION = '' } = stagingEnv({
    appName: 'demo',
    memory: 1024,
    stack: 'cflinuxfs4',
    env: new Map(),
    services: '{}',
    home: '/home/vcap',
    host: {},
  })
  expect(JSON.parse(VCAP_APPLICATION).application_id).toBe(appGuid('demo'))
  expect(appGuid('demo')).not.toBe(appGuid('other'))
  expect(appGuid('demo')).toMatch(/^[\da-f]{8}-[\da-f]{4}-8[\da-f]{3}-8[\da-f]{3}-[\da-f]{12}$/)
})
