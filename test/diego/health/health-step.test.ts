import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { PLATFORM_RESTARTS } from '../../../src/diego/crash.ts'
import type { HealthCheckSpec } from '../../../src/diego/instance-spec.ts'
import { supervise } from '../../../src/diego/supervisor.ts'
import { aCell, aSpec, makeDroplet } from '../cell.ts'

const droplet = makeDroplet()
const servers: Server[] = []

async function listen(answer: RequestListener): Promise<number> {
  const server = createServer(answer)
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

afterEach(() => {
  for (const server of servers.splice(0)) server.closeAllConnections()
})

function start(
  kind: 'port' | 'http',
  port: number,
  overrides: Partial<Exclude<HealthCheckSpec, { kind: 'process' }>> = {},
) {
  const cell = aCell()
  const healthCheck = {
    kind,
    endpoint: '/',
    invocationTimeout: 200,
    interval: 50,
    startTimeout: 150,
    ...overrides,
  }
  const supervisor = supervise(aSpec({ droplet, command: 'exec sleep 60', port, healthCheck }), cell, {
    restarts: PLATFORM_RESTARTS,
    mostRestarts: 0,
    onChange: () => undefined,
  })
  return { cell, supervisor }
}

async function reasonOf({ cell, supervisor }: ReturnType<typeof start>): Promise<string> {
  expect(await supervisor.ended).toBe('crashed')
  return /"exit_description"=>"(.*?)", "crash/.exec(await cell.line('App instance exited'))?.[1] ?? ''
}

describe('an app that never listens', () => {
  test("is ended when its time is up, in the platform's words", async () => {
    const started = start('port', 9)
    expect(await reasonOf(started)).toMatch(
      /^Instance never healthy after \d+ms: Timed out after 150ms \(\d+ attempts\) waiting for startup check to succeed: failed to make TCP connection to 127\.0\.0\.1:9: dial tcp 127\.0\.0\.1:9: connect: connection refused$/,
    )
    const { lines } = started.cell
    expect(lines).toContain('[CELL] OUT Starting health monitoring of container')
    expect(lines.find((line) => line.startsWith('[HEALTH] ERR'))).toContain('Timed out after 150ms')
    expect(lines.find((line) => line.startsWith('[CELL] ERR'))).toMatch(
      /Failed after \d+ms: startup health check never passed\.$/,
    )
    expect(lines).toContain('[APP/PROC/WEB] OUT Exit status 143')
  })
})

describe('an app that listens', () => {
  test('is healthy, and no longer when it stops', async () => {
    const port = await listen((_, response) => void response.end())
    const started = start('port', port)
    await started.cell.line('Container became healthy')
    servers[0]?.close()
    expect(await reasonOf(started)).toMatch(
      /^Instance became unhealthy: Liveness check unsuccessful: failed to make TCP connection to /,
    )
    expect(started.cell.lines).toContain('[CELL] ERR Container became unhealthy')
  })

  test("is asked at the machine's present address", async () => {
    const port = await listen((_, response) => void response.end())
    const { cell, supervisor } = start('port', port, { startTimeout: 20_000 })
    // One for its environment, one for the first check, which is refused: the app listens at the other only.
    let asked = 0
    Object.assign(cell, { address: () => (asked++ < 2 ? '127.0.0.2' : '127.0.0.1') })
    await cell.line('Container became healthy')
    supervisor.stop()
    await supervisor.ended
  })

  test('has to answer 200 to an HTTP check', async () => {
    const port = await listen((_, response) => void response.writeHead(503).end())
    expect(await reasonOf(start('http', port, { endpoint: '/health' }))).toMatch(
      /failed to make HTTP request to '\/health' on port \d+: received status code 503 in \d+ms$/,
    )
  })

  test('is asked at the endpoint, and redirects are followed', async () => {
    const asked: string[] = []
    const port = await listen((request, response) => {
      asked.push(`${request.url} ${request.headers['user-agent']}`)
      if (request.url === '/health') response.writeHead(302, { location: '/ok' }).end()
      else response.end('fine')
    })
    const { cell, supervisor } = start('http', port, { endpoint: '/health' })
    await cell.line('Container became healthy')
    supervisor.stop()
    await supervisor.ended
    expect(asked.slice(0, 2)).toEqual(['/health diego-healthcheck', '/ok diego-healthcheck'])
  })

  test('has to answer in time', async () => {
    const port = await listen(() => undefined)
    expect(await reasonOf(start('http', port, { startTimeout: 500 }))).toContain(
      'timed out after 0.20 seconds',
    )
  })
})

test('an app that is ready before it is healthy gets no requests until then', async () => {
  const port = await listen((request, response) => {
    response.writeHead(request.url === '/ready' ? 200 : 503).end()
  })
  const cell = aCell()
  const check = { kind: 'http' as const, invocationTimeout: 200, interval: 50 }
  const spec = aSpec({
    droplet,
    command: 'exec sleep 60',
    port,
    healthCheck: { ...check, endpoint: '/', startTimeout: 300 },
    readinessCheck: { ...check, endpoint: '/ready' },
  })
  const options = { restarts: PLATFORM_RESTARTS, mostRestarts: 0, onChange: () => undefined }
  expect(await supervise(spec, cell, options).ended).toBe('crashed')
  expect(cell.lines).toContain('[HEALTH] OUT Starting readiness health monitoring of container')
  expect(cell.lines.join('\n')).not.toMatch(/passed the readiness|became ready/)
})

test('an app whose readiness check fails continues without requests', async () => {
  let isReady = true
  const port = await listen((request, response) => {
    response.writeHead(request.url !== '/ready' || isReady ? 200 : 503).end()
  })
  const cell = aCell()
  const check = { kind: 'http' as const, invocationTimeout: 200, interval: 20 }
  const spec = aSpec({
    droplet,
    command: 'exec sleep 60',
    port,
    healthCheck: { ...check, endpoint: '/', startTimeout: 5000 },
    readinessCheck: { ...check, endpoint: '/ready' },
  })
  const options = { restarts: PLATFORM_RESTARTS, mostRestarts: 0, onChange: () => undefined }
  const supervisor = supervise(spec, cell, options)
  await cell.line('Process became ready')
  isReady = false
  await cell.line('Process became not ready')
  isReady = true
  await cell.line('Process became ready', 2)
  supervisor.stop()
  expect(await supervisor.ended).toBe('stopped')
})

test('an app that has become unhealthy is no longer asked whether it is ready, while it ends', async () => {
  let isAlive = true
  let isReady = true
  const port = await listen((request, response) => {
    if (request.url === '/' && !isAlive) isReady = false
    response.writeHead(isReady ? 200 : 503).end()
  })
  const cell = aCell()
  const check = { kind: 'http' as const, invocationTimeout: 200 }
  const spec = aSpec({
    droplet,
    command: "trap '' TERM; exec sleep 60",
    port,
    healthCheck: { ...check, endpoint: '/', startTimeout: 5000, interval: 20 },
    // Would be asked again while the process is given time to end.
    readinessCheck: { ...check, endpoint: '/ready', interval: 200 },
  })
  const options = { restarts: PLATFORM_RESTARTS, mostRestarts: 0, onChange: () => undefined }
  const supervisor = supervise(spec, cell, options)
  await cell.line('Process became ready')
  isAlive = false
  expect(await supervisor.ended).toBe('crashed')
  expect(cell.lines.join('\n')).toContain('Exit status 137')
  expect(cell.lines.join('\n')).not.toMatch(/failed the readiness|became not ready/)
})

test('a crash before the app is healthy ends the checking', async () => {
  const cell = aCell()
  const healthCheck = {
    kind: 'port' as const,
    endpoint: '/',
    invocationTimeout: 200,
    interval: 50,
    startTimeout: 60_000,
  }
  await supervise(aSpec({ droplet, command: 'exit 4', port: 9, healthCheck }), cell, {
    restarts: PLATFORM_RESTARTS,
    mostRestarts: 0,
    onChange: () => undefined,
  }).ended
  expect(await cell.line('App instance exited')).toContain('"APP/PROC/WEB: Exited with status 4"')
})
