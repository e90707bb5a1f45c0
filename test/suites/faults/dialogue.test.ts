import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { Session, sessionPlace } from '../../support/session.ts'

const place = await sessionPlace()
const why = typeof place === 'string' ? ` (skipped: ${place})` : ''
const session = typeof place === 'string' ? undefined : new Session(place)
afterAll(() => session?.end())

const server = (answer: string) =>
  `require('node:http').createServer((_, a) => a.end('${answer}\\n')).listen(process.env.PORT, () => console.log('open'))`
const FILES = {
  'manifest.yml': `applications:
- name: shop
  memory: 256M
  buildpacks: [sidecar_buildpack, nodejs_buildpack]
`,
  'sidecars.yml': `sidecars:
  - {name: auth, memory: 64M, command: exec node auth.js, proxy: true}
  - {name: helper, memory: 16M, process_types: [web, worker], command: "while echo helping; do sleep 3; done"}
`,
  Procfile: 'worker: while echo working; do sleep 3; done\n',
  'package.json': '{"main": "web.js"}',
  'web.js': server('one'),
  'auth.js': `const { createServer, request } = require('node:http')
const { PORT, APP_PORT } = process.env
createServer((asked, answer) => {
  request({ port: APP_PORT, path: asked.url }, (got) => got.pipe(answer)).on('error', () => answer.end()).end()
}).listen(PORT)
`,
}

test.skipIf(!session)(
  `two process types, two sidecars and a proxy: run, change, crash, look inside, stop${why}`,
  async () => {
    if (!session) return
    const { app, first, temporary } = session
    for (const [name, text] of Object.entries(FILES)) writeFileSync(join(app, name), text)
    const answers = (text: string) =>
      expect.poll(() => session.typed('curl localhost:8080'), { timeout: 40_000 }).toEqual([text])

    await session.start(
      'sidecar-buildpack run',
      /^note: buildpack nodejs_buildpack is not available; using this machine's runtime/,
      /^web +\| open$/,
      /^cell +\| healthy$/,
      /^ web .* ready /,
      /^ auth .* ready /,
      /^ helper .* ready /,
    )
    await answers('one')
    first.press('C-c')

    await session.start(
      'sidecar-buildpack run --all --watch',
      /^worker +\| working$/,
      /^web:cell +\| healthy$/,
    )
    writeFileSync(join(app, 'web.js'), server('two'))
    await session.shows(/^note: the app changed/)
    await answers('two')

    await session.typed('kill -9 $(sidecar-buildpack ps --pid auth)')
    await session.shows(/^web:api +\| crashed: APP\/PROC\/WEB\/SIDECAR\/AUTH: Exited with status 137$/)
    await answers('two')

    await session.typed(
      "sidecar-buildpack ssh -c 'ps aux'",
      /^vcap .* node auth\.js$/,
      /^vcap .*node .*web\.js$/,
    )
    await session.typed('sidecar-buildpack logs --recent', /working$/, /open$/)
    await session.typed('sidecar-buildpack stop', 'Stopped shop (web/0)', 'Stopped shop (worker/0)')
    await session.shows('$')
    expect(first.cursorIsVisible()).toBe(true)
    expect(readdirSync(temporary)).toEqual(['sidecar-buildpack'])
  },
)
