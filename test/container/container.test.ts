import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterEach, expect, it } from 'vitest'
import { type Container, startContainer } from '../../src/container/container.ts'
import { findContainerTools } from '../../src/container/tools.ts'

const tools = await findContainerTools()
const running: Container[] = []
afterEach(async () => {
  for (const each of running.splice(0)) await each.destroy()
})

it('x', async () => {
  console.log(tools)
  if ('reason' in tools) return
  for (const rootfs of [undefined, '/tmp/rootfs-bullseye']) {
    const t0 = performance.now()
    const folder = mkdtempSync(join(tmpdir(), 'c-'))
    mkdirSync(join(folder, 'home'))
    const c = await startContainer(tools, { folder, hostname: 'abc', path: process.env.PATH ?? '', mounts: [{ source: join(folder, 'home'), at: '/home/vcap', writable: true }], ...(rootfs && { rootfs }) })
    const t1 = performance.now()
    running.push(c)
    const s = c.enter({ file: '/bin/bash', args: ['-c', 'id; pwd; ls -la / /home /root; ps aux; hostname; env; touch /home/vcap/a /tmp/b /etc/q /usr/q /x; bash --version; which node python3; ulimit -n -u; tail -1 /etc/passwd; stat -c %U /home/vcap; df'], env: { PATH: process.env.PATH ?? '', A: 'b', LD_PRELOAD: '/x.so' }, cwd: '/home/vcap' })
    const p = spawn(s.file, s.args as string[], { env: s.env, stdio: ['ignore', 'pipe', 'pipe'] })
    const [out, err, [code]] = await Promise.all([text(p.stdout), text(p.stderr), once(p, 'exit')])
    console.log(out, err, code, t1 - t0, performance.now() - t1)
  }
})
