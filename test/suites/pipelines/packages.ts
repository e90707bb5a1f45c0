/** Buildpacks of ours as `package` makes them, unpacked; the Node.js inside is the one that runs the tests. */
import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { main } from '../../../src/cli/main.ts'
import { explode } from '../../../src/lifecycle/push/explode.ts'
import { RUNTIME_FILE } from '../../../src/packaging/package/own-files.ts'
import { linuxNode } from '../../support/linux-node.ts'

/** A buildpack of one's own, whose only sidecar is `NAME-agent`. @param memory MB */
export async function packageOwn(folder: string, name: string, memory: number): Promise<string> {
  const maker = join(folder, `${name}-maker`)
  mkdirSync(maker, { recursive: true })
  const [head, entry] = ['sidecars:', `  - {name: ${name}-agent, memory: ${memory}M, source: {path: agent}}`]
  writeFileSync(join(maker, 'sidecars.yml'), `${head}\n${entry}\n`)
  writeFileSync(join(maker, 'agent'), beacon(`${name}-agent`), { mode: 0o755 })
  return packageFrom(folder, name, ['--sidecars', maker, '--name', name])
}

/** This buildpack itself. */
export function packageSidecarBuildpack(folder: string): Promise<string> {
  return packageFrom(folder, 'sidecar', [])
}

/** As `fixtures/pipelines/app/beacon`, with its name inside. */
const beacon = (name: string) =>
  `#!/bin/bash
printf 'beacon ${name} memory=%s greeting=%s effects=%s\\n' "$MEMORY_LIMIT" "\${GREETING-}" "\${EFFECTS-}"
exec sleep 1000
`

async function packageFrom(folder: string, name: string, args: readonly string[]): Promise<string> {
  const [node, zip, unpacked] = [join(folder, 'node'), join(folder, `${name}.zip`), join(folder, name)]
  writeFileSync(node, linuxNode())
  let said = ''
  const say = (text: string | Uint8Array) => {
    said += String(text)
  }
  const line = { env: { HOME: folder }, cwd: folder, out: say, err: say, isTerminal: false }
  const status = await main(['package', ...args, '--node', node, '-o', zip], line)
  if (status !== 0) throw new Error(said)
  mkdirSync(unpacked)
  await explode({ archive: zip, name: zip, target: unpacked, fileMode: (mode) => mode || 0o644 })
  const runtime = join(unpacked, RUNTIME_FILE)
  mkdirSync(dirname(runtime), { recursive: true })
  rmSync(runtime)
  symlinkSync(process.execPath, runtime)
  return unpacked
}
