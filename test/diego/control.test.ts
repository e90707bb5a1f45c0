import { once } from 'node:events'
import { createConnection } from 'node:net'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { listenForControl } from '../../src/diego/control.ts'
import { temporaryFolder } from '../support/files.ts'

const work = temporaryFolder()

test('a reader of the log that is suspended does not keep the run from ending', async () => {
  const path = join(work, 'run.sock')
  const nothing = () => undefined
  const control = listenForControl(path, {
    ...{ stop: nothing, restart: nothing },
    recent: { add: nothing, all: () => [] },
    format: () => () => Buffer.alloc(1024 * 1024),
  })
  const reader = createConnection(path)
  await once(reader, 'connect')
  reader.write('{"do":"logs","recent":false,"short":true,"coloured":false}\n')
  const messages = {
    time: new Date(),
    source: 'APP',
    processType: 'web',
    index: 0,
    stream: 'OUT',
    texts: [],
  } as const
  const sending = setInterval(() => control.log(messages), 10)
  await once(reader, 'data')
  clearInterval(sending)
  reader.pause()
  for (let sent = 0; sent < 8; sent++) control.log(messages)
  control.close()
  await new Promise((resolve) => setTimeout(resolve, 1500))
  let received = 0
  reader.on('data', (chunk) => (received += chunk.length))
  reader.on('error', nothing)
  reader.resume()
  await once(reader, 'close')
  expect(received).toBeLessThan(8 * 1024 * 1024)
})
