import { getEventListeners } from 'node:events'
import { createServer } from 'node:net'
import { describe, expect, it } from 'vitest'
import { portCheck } from '../../../src/diego/health/port-check.ts'
import { freePort } from '../../support/free-port.ts'

const target = (port: number) => ({
  address: () => '127.0.0.1',
  port,
  invocationTimeout: 1000,
  interval: 1000,
  endpoint: '/',
  kind: 'port' as const,
})

describe('a port check', () => {
  it('passes when something listens, and says why not otherwise', async () => {
    const server = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => server.once('listening', resolve))
    const { port } = server.address() as { port: number }
    expect(await portCheck(target(port), new AbortController().signal)).toBeUndefined()
    server.close()
    const free = await freePort()
    expect(await portCheck(target(free), new AbortController().signal)).toMatch(/connection refused$/)
  })

  it('leaves no listener on the signal, however often the port refuses', async () => {
    const { signal } = new AbortController()
    const port = await freePort()
    for (let at = 0; at < 20; at++) await portCheck(target(port), signal)
    await new Promise((resolve) => setTimeout(resolve, 20))
    expect(getEventListeners(signal, 'abort')).toEqual([])
  })

  it('ends when it is aborted', async () => {
    const controller = new AbortController()
    const check = portCheck(
      { ...target(9), address: () => '192.0.2.1', invocationTimeout: 60_000 },
      controller.signal,
    )
    controller.abort()
    expect(await check).toBeDefined()
  })
})
