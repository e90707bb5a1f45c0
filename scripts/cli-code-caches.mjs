// V8's code caches for the command line, made by running its usual commands once, each on a small app. They help the Node.js
// that builds; any other one ignores them. They are not part of any package.
import { spawnSync } from 'node:child_process'
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import AdmZip from 'adm-zip'

const SIDECARS = `sidecars:
  - {name: a, memory: 64M, source: {path: a}, args: [-v, $PORT], env: {A: b}}
processes: {web: ./a}
`

/** @param dist the directory with the built command line */
export function cliCodeCaches(dist) {
  const folder = mkdtempSync(join(tmpdir(), 'code-caches-'))
  try {
    const app = join(folder, 'app')
    mkdirSync(app)
    writeFileSync(join(app, 'sidecars.yml'), SIDECARS)
    writeFileSync(join(app, 'a'), `#!/bin/sh\n${'# of some length\n'.repeat(100)}`)
    chmodSync(join(app, 'a'), 0o755)
    const jar = new AdmZip()
    jar.addFile('META-INF/MANIFEST.MF', Buffer.from('Manifest-Version: 1.0\nMain-Class: A\n'))
    jar.addFile('A.class', Buffer.from([0xca, 0xfe, 0xba, 0xbe]))
    jar.writeZip(join(folder, 'a.jar'))
    for (const args of [
      ['validate', 'app'],
      ['plan', 'app'],
      ['bundle', 'a.jar', '--sidecar', 'app/a', '--config', 'app/sidecars.yml', '--in-place'],
      ['bundle', 'a.jar', '--sidecar', 'app/a=b', '-o', 'b.jar'],
      ['ps'],
      ['--help'],
      ['completion', 'bash'],
    ]) {
      const { status, stderr } = spawnSync(
        process.execPath,
        [join(dist, 'code-cache.cjs'), 'cli', dist, ...args],
        { cwd: folder, encoding: 'utf8', env: { ...process.env, XDG_RUNTIME_DIR: folder } },
      )
      // Without them it only starts slower.
      if (status !== 0) console.warn(`no code cache of ${args.join(' ')}: ${stderr}`)
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
