/** An app with a sidecar of every kind of source, and a server that hands out one of them slowly. */
import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { tarFile, zipFile } from '../../support/archives/archive-files.ts'
import { run } from '../../support/command-line.ts'
import { ROOT } from '../../support/files.ts'
import { serve, sha256, type TestServer } from '../../support/http-server.ts'
import { Staging } from '../../support/staging.ts'

const SCRIPT = '#!/bin/sh\nexec sleep 60\n'
const FOLDER_FILES = 150
/** Of the slow server's: so many bytes, then a breath. */
const PIECE = 64 * 1024
const PIECES = 40

/** Bytes that do not shrink, the same in every run. */
function noise(length: number, seed: number): Buffer {
  const bytes = Buffer.alloc(length)
  for (let at = 0, state = seed; at < length; at++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0
    bytes[at] = state >>> 16
  }
  return bytes
}

const FOLDER = Object.fromEntries(
  Array.from({ length: FOLDER_FILES }, (_, at) => [
    `tools/lib/${at % 7}/part-${at}`,
    { text: `${at} `.repeat((at * 37) % 900), mode: [0o644, 0o755, 0o600][at % 3] ?? 0o644 },
  ]),
)

const TARBALL = gzipSync(
  tarFile([
    { name: 'collector', content: SCRIPT, mode: 0o755 },
    ...Array.from({ length: 40 }, (_, at) => ({ name: `share/${at}`, content: noise(42_000, at + 1) })),
  ]),
  { level: 1 },
)
const ZIP = zipFile([
  { name: 'agent/bin/agent', content: SCRIPT, mode: 0o100755 },
  ...Array.from({ length: 40 }, (_, at) => ({
    name: `agent/etc/${at}`,
    content: `${at}\n`.repeat(200),
    deflate: true,
  })),
])

/** Parts of it take a while each, so that a random moment finds any of them. */
const SETUP = 'for i in 1 2 3 4 5 6 7 8; do echo "$i" > "made-$i"; sleep 0.01; done; chmod 700 made-8'

const sidecarsYml = (url: string, zip: string) => `
sidecars:
  - {name: tools, source: {path: tools, executable: bin/tools}, env: {LEVEL: debug}, restart: on-failure}
  - {name: one file, source: {path: one}, wait_for: {port: 9099}, app_env: {ONE: "http://localhost:9099"}}
  - {name: collector, source: {uri: "${url}/collector.tgz", sha256: ${sha256(TARBALL)}}, args: [--verbose]}
  - {name: agent, source: {uri: "file://${zip}", sha256: ${sha256(ZIP)}, executable: agent/bin/agent}}
  - {name: prepared, source: {path: prepared, executable: start}, setup: '${SETUP}'}
  - {name: bare, command: "exec sleep 60"}
processes: {web: "exec sleep 60"}
`

export interface EverySource {
  /** A fresh staging container with that app in it. */
  readonly stage: () => Staging
  readonly remove: () => Promise<void>
}

export async function everySource(): Promise<EverySource> {
  const server: TestServer = await serve(async (_, response) => {
    response.writeHead(200, { 'content-length': TARBALL.length })
    for (let at = 0; at < TARBALL.length; at += Math.max(PIECE, Math.ceil(TARBALL.length / PIECES))) {
      response.write(TARBALL.subarray(at, at + Math.max(PIECE, Math.ceil(TARBALL.length / PIECES))))
      await new Promise((resolve) => setTimeout(resolve, 2))
    }
    response.end()
  })
  const shelf = new Staging({ 'agent.zip': ZIP })
  return {
    stage: () =>
      new Staging({
        'sidecars.yml': sidecarsYml(server.url, join(shelf.app, 'agent.zip')),
        'tools/bin/tools': SCRIPT,
        one: SCRIPT,
        'prepared/start': SCRIPT,
        ...FOLDER,
      }),
    remove: async () => {
      shelf.remove()
      await server.close()
    },
  }
}

/** The same container before anything was staged in it. */
export function emptied(staging: Staging): Staging {
  for (const each of ['contents', 'cache']) rmSync(join(staging.root, each), { recursive: true, force: true })
  for (const each of [staging.profileDir, join(staging.deps, '0')]) mkdirSync(each, { recursive: true })
  return staging
}

/** The platform's arguments for supply. */
export const supplyArgs = ({ app, root, deps }: Staging) => [app, join(root, 'cache'), deps, '0']

export const STAGING_ENV = { PATH: process.env.PATH, CF_STACK: 'cflinuxfs4' }

/** bin/supply, then bin/finalize, as of the last buildpack; the first that fails ends it. */
export async function supplyAndFinalize(staging: Staging, env: NodeJS.ProcessEnv = STAGING_ENV) {
  const supplied = await run(join(ROOT, 'bin/supply'), supplyArgs(staging), { env })
  if (supplied.status !== 0) return supplied
  const args = [...supplyArgs(staging), staging.profileDir]
  const finalized = await run(join(ROOT, 'bin/finalize'), args, { env })
  return { ...finalized, stdout: supplied.stdout + finalized.stdout }
}
