import { expect, it } from 'vitest'
import { appEnvironment } from '../../src/phases/app-environment.ts'

it('the environment of the app has the names that bin/start-node.bash hides from our Node.js', () => {
  expect(
    appEnvironment({
      ...{ SIDECARS_APP_NODE_OPTIONS: '--x', SIDECARS_APP_NODE_A: undefined, SIDECARS_APP_LD_PRELOAD: 'y' },
      ...{ SIDECARS_APP_NODE: '1', SIDECARS_APP_LD_PRELOADED: '2', SIDECARS_APP_: '3', PATH: '/bin' },
      ...{ X_SIDECARS_APP_NODE_B: '4', 'SIDECARS_APP_NODE_a\nb': '5' },
    }),
  ).toEqual({
    ...{ NODE_OPTIONS: '--x', NODE_A: undefined, LD_PRELOAD: 'y' },
    ...{ SIDECARS_APP_NODE: '1', SIDECARS_APP_LD_PRELOADED: '2', SIDECARS_APP_: '3', PATH: '/bin' },
    ...{ X_SIDECARS_APP_NODE_B: '4', 'NODE_a\nb': '5' },
  })
})
