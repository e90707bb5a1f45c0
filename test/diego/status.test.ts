import { once } from 'node:events'
import { createServer } from 'node:net'
import { expect, test } from 'vitest'
import { instanceStatus } from '../../src/diego/status.ts'
import type { SupervisorState } from '../../src/diego/supervisor.ts'
import { freePort } from '../support/free-port.ts'
import { aSpec } from './cell.ts'

test('a sidecar is waiting until it listens on the port of its wait_for', async () => {
  const port = await freePort()
  const common = { pid: undefined, restarts: 0, awaited: undefined, exitStatus: undefined }
  const processes = [
    { ...common, name: 'web', kind: 'app', ports: [] },
    { ...common, name: 'auth', kind: 'sidecar', ports: [port] },
    { ...common, name: 'agent', kind: 'sidecar', ports: [] },
  ]
  const state = { kind: 'running', instance: { processes, healthySince: 1 } } as unknown as SupervisorState
  const shown = () => instanceStatus(aSpec({ droplet: '', command: '' }), state).map((each) => each.state)
  expect(shown()).toEqual(['ready', 'waiting', 'ready'])
  const server = createServer().listen(port, '127.0.0.1')
  await once(server, 'listening')
  expect(shown()).toEqual(['ready', 'ready', 'ready'])
  server.close()
})
