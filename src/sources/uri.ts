/** `source: {uri: …, sha256: …}`: downloads, verifies and unpacks it. Dependencies use the same steps. */
import { chmodSync, closeSync, lstatSync, renameSync, rmSync, statSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import { describeUri } from '../config/uri.ts'
import { InputError, Problems } from '../problems/problems.ts'
import { makeFolder, writeFailure } from '../system/write-failure.ts'
import type { Unpacked } from './archives/unpack.ts'
import { downloadName } from './cache.ts'
import { isLocal, obtain, type WantedDownload } from './download.ts'
import { chooseExecutable } from './executable.ts'
import { CREDENTIALS_VARIABLE, readCredentials } from './fetch/credentials.ts'
import { proxyFor } from './fetch/proxies.ts'
import type { CheckedSource, PlacedSource, SourceContext, SourceRequest } from './source.ts'

/** Checks everything that does not require a download, for any request that downloads a URI. */
export function checkDownload(
  wanted: WantedDownload,
  request: SourceRequest,
  context: SourceContext,
  problems: Problems,
): CheckedSource | undefined {
  const isRemote = !isLocal(wanted)
  const fault = isRemote ? settingsFault(wanted.uri, context) : undefined
  if (fault !== undefined) {
    problems.error(request.source.place, `${describeUri(wanted.uri)} cannot be fetched: ${fault}`)
    return undefined
  }
  const place = (into: string) =>
    unpackDownload(wanted, context, into)
      .then((unpacked) => settleExecutable(unpacked, request, context, into))
      .catch((thrown) => throwAtSource(thrown, request))
  const cameFrom = [...(wanted.release ? [wanted.release] : []), describeUri(wanted.uri)].join(', ')
  return { request, place, cameFrom, ...(isRemote && { cachedUri: wanted.uri }) }
}

/** @throws InputError with the failure at the entry that names the source */
function throwAtSource(thrown: unknown, { source, owner }: SourceRequest): never {
  if (thrown instanceof InputError && thrown.problems.some(({ place }) => place)) throw thrown
  const problems = new Problems()
  const { code, message } = thrown as NodeJS.ErrnoException
  const instead = 'for a file of the app, use source.path; other files are not in the staging container'
  const isMissing = source.kind === 'uri' && code === 'ENOENT'
  problems.error(source.place, `${owner}: ${message}`, isMissing ? instead : undefined)
  problems.throwIfErrors()
  throw thrown
}

/** The problem with the environment variables that a download uses, if there is one. */
function settingsFault(uri: string, { env }: SourceContext): string | undefined {
  const credentials = readCredentials(env[CREDENTIALS_VARIABLE])
  if ('problem' in credentials) return credentials.problem
  try {
    proxyFor(new URL(uri), env)
    return undefined
  } catch (thrown) {
    return (thrown as Error).message
  }
}

async function unpackDownload(
  wanted: WantedDownload,
  context: SourceContext,
  into: string,
): Promise<Unpacked> {
  const fd = await obtain(wanted, context)
  try {
    const { unpack } = await import('./archives/unpack.ts')
    rmSync(into, { recursive: true, force: true })
    makeFolder(into)
    return await unpack(fd, downloadName(wanted.uri), into)
  } catch (thrown) {
    throw new Error(`cannot unpack ${describeUri(wanted.uri)}: ${writeFailure(thrown)}`, { cause: thrown })
  } finally {
    closeSync(fd)
  }
}

/** Finds the executable among the unpacked files. @throws InputError with the source's place */
async function settleExecutable(
  { files, bytes }: Unpacked,
  request: SourceRequest,
  context: SourceContext,
  into: string,
): Promise<PlacedSource> {
  const problems = new Problems()
  const placed = nameSingleFile(files, request, into)
  const regular = placed.filter((each) => isFile(join(into, each)))
  const name = placed.length === 1 ? 'the download' : 'the archive'
  const choice = { root: into, files: regular, name }
  const executable = await chooseExecutable(choice, singleOrChosen(regular, request), context.stack, problems)
  problems.throwIfErrors()
  for (const { severity, what, instead } of problems.sorted())
    context.log[severity](instead ? `${what}; ${instead}` : what)
  if (executable && executable.kind !== 'jar') makeExecutable(join(into, executable.file))
  return { files: placed, bytes, ...(executable && { executable }) }
}

/** A download that is a single file is always chosen, so that its problem is reported. */
function singleOrChosen(files: readonly string[], request: SourceRequest): SourceRequest {
  const only = files.length === 1 ? files[0] : undefined
  if (only === undefined || request.source.executable !== undefined || request.use === 'command')
    return request
  return { ...request, source: { ...request.source, executable: only } }
}

/** A single file is renamed to `executable`, because there is nothing to choose from. */
function nameSingleFile(
  files: readonly string[],
  { source }: SourceRequest,
  into: string,
): readonly string[] {
  const only = files.length === 1 ? files[0] : undefined
  const wanted = source.executable === undefined ? undefined : posix.normalize(source.executable)
  if (only === undefined || wanted === undefined || wanted === only || only.includes('/')) return files
  makeFolder(dirname(join(into, wanted)))
  renameSync(join(into, only), join(into, wanted))
  return [wanted]
}

function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true
}

function makeExecutable(path: string): void {
  if (!lstatSync(path).isSymbolicLink()) chmodSync(path, 0o755)
}
