/**
 * Fetches buildpacks with a URL as the platform's builder does: a zip is downloaded, everything else is a git repository, of
 * which `#name` selects a branch or tag. Source: buildpackapplifecycle, buildpackrunner (zip_buildpack.go, git_buildpack.go).
 */
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, rename, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describeUri } from '../../config/uri.ts'
import { InputError } from '../../problems/problems.ts'
import type { Environment } from '../../system/environment.ts'

interface BuildpackFetch {
  /** Directory for downloads and clones. */
  readonly cacheDir: string
  /** This machine's environment: proxies, certificates, credentials, settings of git. */
  readonly env: Environment
  readonly note: (text: string) => void
}

/** Whether a buildpack's name is a URL that the platform fetches. */
export function isBuildpackUrl(text: string): boolean {
  return /^(?:https?|git|ssh|file):\/\/./i.test(text) || /^git@[^:/]+:./.test(text)
}

/**
 * @returns the path of a zip or of a directory
 * @throws InputError when it cannot be fetched and was not fetched before
 */
export async function fetchBuildpack(url: string, request: BuildpackFetch): Promise<string> {
  const folder = join(request.cacheDir, createHash('sha256').update(url).digest('hex'))
  await mkdir(folder, { recursive: true })
  return isZip(url)
    ? fetchZip(url, join(folder, 'buildpack.zip'), request)
    : clone(url, join(folder, 'repository'), request)
}

function isZip(url: string): boolean {
  return URL.canParse(url) && new URL(url).pathname.endsWith('.zip')
}

/** A zip is downloaded once, because releases do not change. */
async function fetchZip(url: string, file: string, { env, note }: BuildpackFetch): Promise<string> {
  if (existsSync(file)) {
    const { mtime } = await stat(file)
    note(
      `${describeUri(url)}: using the download from ${mtime.toISOString().slice(0, 10)}; to download it again, delete ${file}`,
    )
    return file
  }
  const { fetchUnverified } = await import('../../sources/fetch/fetch.ts')
  try {
    await fetchUnverified(url, file, { env, info: note, clock: () => new Date() })
  } catch (thrown) {
    throw new InputError(`buildpack: ${(thrown as Error).message}`)
  }
  return file
}

/** A clone is updated each time; without a network, the existing one is used. */
async function clone(url: string, folder: string, { env, note }: BuildpackFetch): Promise<string> {
  const [repository = '', name] = url.split('#')
  const git = (...args: readonly string[]) => runGit(args, env)
  const shown = URL.canParse(repository) ? describeUri(repository) : repository
  if (existsSync(folder)) {
    const updated = await git('-C', folder, 'fetch', '--quiet', '--depth', '1', 'origin', name ?? 'HEAD')
      .then(() => git('-C', folder, 'reset', '--quiet', '--hard', 'FETCH_HEAD'))
      .then(() => git('-C', folder, 'submodule', '--quiet', 'update', '--init', '--recursive'))
      .catch((thrown: Error) => thrown)
    if (updated instanceof Error)
      note(`${shown} cannot be updated (${updated.message}); using the existing clone`)
    return folder
  }
  const temporary = `${folder}.part-${process.pid}`
  const branch = name === undefined ? [] : ['--branch', name]
  try {
    // A commit is not a branch: fetch everything, as the platform does when the shallow clone fails.
    await git(
      'clone',
      '--quiet',
      '--depth',
      '1',
      '--recursive',
      ...branch,
      '--',
      repository,
      temporary,
    ).catch(async () => {
      await rm(temporary, { recursive: true, force: true })
      await git('clone', '--quiet', '--recursive', '--', repository, temporary)
      if (name !== undefined) await git('-C', temporary, 'checkout', '--quiet', name)
    })
    await rename(temporary, folder)
  } catch (thrown) {
    throw new InputError(`cannot clone buildpack ${shown}: ${(thrown as Error).message}`)
  } finally {
    await rm(temporary, { recursive: true, force: true })
  }
  return folder
}

/** @throws Error with git's last line, without credentials of a URL */
async function runGit(args: readonly string[], env: BuildpackFetch['env']): Promise<void> {
  try {
    await promisify(execFile)('git', [...args], { env: { ...env, GIT_TERMINAL_PROMPT: '0', LC_ALL: 'C' } })
  } catch (thrown) {
    const { code, stderr = '' } = thrown as { code?: unknown; stderr?: string }
    if (code === 'ENOENT') throw new Error('git is not installed')
    const last = stderr.trim().split('\n').at(-1) ?? ''
    throw new Error(
      last.replace(/^fatal: /, '').replace(/\/\/[^@/\s]*@/g, '//') ||
        `git failed with status ${String(code)}`,
    )
  }
}
