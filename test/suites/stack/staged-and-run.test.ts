/** The packaged buildpack stages, and what it staged runs, in a root file system that has what the stacks have. */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findContainerTools } from '../../../src/container/tools.ts'
import { sidecarBuildpack } from '../../support/command-line.ts'
import { freePort } from '../../support/free-port.ts'
import { Workplace } from '../../support/local-run.ts'

const rootfs = process.env.STACK_ROOTFS ?? ''
const tools = await findContainerTools()
const why = 'reason' in tools ? ` (skipped: ${tools.reason})` : ''

const place = new Workplace()
let zip: string
beforeAll(async () => {
  zip = join(place.folder, 'buildpack.zip')
  const { status, stderr } = await sidecarBuildpack(['package', '-o', zip])
  expect(status, stderr).toBe(0)
})
afterAll(() => place.end())

function directory(files: Readonly<Record<string, string>>): string {
  const root = mkdtempSync(join(place.folder, 'app-'))
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(root, path, '..'), { recursive: true })
    writeFileSync(join(root, path), text, { mode: 0o755 })
  }
  return root
}

async function staged(app: string, ...args: readonly string[]): Promise<string> {
  return place.stage(app, '--rootfs', rootfs, ...args)
}

async function started(droplet: string, ...args: readonly string[]) {
  const port = await freePort()
  return place.run([droplet, '--rootfs', rootfs, '--port', `${port}`, ...args])
}

const SIDECARS = `sidecars:
  - name: agent
    memory: 16M
    source: {path: agent}
    args: ["--key", "$KEY"]
    env: {KEY: {service: my-apm, credential: license.key}}
    hide_env: [VCAP_SERVICES]
    restart: on-failure
`
const AGENT = `#!/bin/bash
for each in python3 gawk node ruby java; do
  [ -x "/usr/bin/$each" ] && echo "the stack has $each"
done
echo "agent $* on $(bash --version | head -1 | cut -d' ' -f4 | cut -d. -f1,2) as $(id -un) in $PWD"
sleep 1000
`
const SERVICES = '{"user-provided":[{"name":"my-apm","credentials":{"license":{"key":"k 1.10"}}}]}'

describe.skipIf('reason' in tools)(`the packaged buildpack${why}`, () => {
  test('alone stages an app, whose sidecar gets the credential of a bound service', async () => {
    const app = directory({ agent: AGENT, 'sidecars.yml': `${SIDECARS}processes: {web: sleep 1000}\n` })
    const droplet = await staged(app, '-b', zip)
    const services = join(place.folder, 'services.json')
    writeFileSync(services, SERVICES)
    const run = await started(droplet, '--services', services)
    const { text } = await run.line('OUT agent --key k 1.10 on 5.')
    expect(text).toContain('as vcap in /home/vcap/app')
    expect(run.count('the stack has')).toBe(0)
    await run.end()
  })

  test('is detected when the manifest names no buildpack', async () => {
    const app = directory({ agent: AGENT, 'sidecars.yml': `${SIDECARS}processes: {web: sleep 1000}\n` })
    const run = await started(await staged(app, '--detect', '-b', zip))
    await run.line('service "my-apm" is not bound')
    await run.end()
  })

  test('in a pipeline before another buildpack adds its sidecar, and the app waits for it', async () => {
    const other = directory({
      'bin/supply':
        '#!/bin/bash\nmkdir -p "$3/$4/bin"; echo "#!/bin/bash" > "$3/$4/bin/tool"; chmod +x "$3/$4/bin/tool"\n',
      'bin/finalize':
        '#!/bin/bash\nprintf "processes:\\n- {type: web, command: \'echo app runs; sleep 1000\'}\\n" > "$3/$4/launch.yml"\n',
    })
    const app = directory({
      agent:
        '#!/bin/bash\nexec perl -MIO::Socket::INET -e \'$s = IO::Socket::INET->new(LocalAddr => "127.0.0.1:$ARGV[0]", Listen => 1); sleep 1000\' "$1"\n',
      'sidecars.yml': `sidecars:
  - {name: late, memory: 16M, source: {path: agent}, args: ["39462"], wait_for: {port: 39462}}
`,
    })
    const droplet = await staged(app, '-b', zip, '-b', other)
    const run = await started(droplet)
    await run.line('OUT app runs')
    await run.line('The sidecar "late" is ready')
    await run.end()
  })
})
