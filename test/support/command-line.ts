/** Programs that this suite needs: there, or installed by apt-get, or the reason why not. */
import { execFile, execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, symlinkSync } from 'node:fs'
import { basename, join } from 'node:path'
import { ownFolder } from '../../src/buildpack/own-folder.ts'

export const ROOT = ownFolder()
/** Kept between runs. */
export const CACHE = join(ROOT, '.cache')

/** Debian's package of a program. @returns why the program is not there, or false */
export function lacks(program: string, debianPackage = program): string | false {
  if (isThere(program)) return false
  if (process.getuid?.() !== 0 || !isThere('apt-get'))
    return `${program} is missing, apt-get install ${debianPackage}`
  spawnSync('apt-get', ['update', '-qq'], { stdio: 'ignore', timeout: 120_000 })
  spawnSync('apt-get', ['install', '-y', '-qq', debianPackage], {
    stdio: 'ignore',
    env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    timeout: 300_000,
  })
  return isThere(program) ? false : `${program} is missing and apt-get install ${debianPackage} failed`
}

/** Whether processes can be put into a network namespace of their own, in which there is no network. */
export function lacksNamespaces(): string | false {
  const missing = lacks('unshare', 'util-linux')
  if (missing) return missing
  const { status } = spawnSync('unshare', ['-n', 'true'])
  return status === 0 ? false : 'unshare -n is not permitted here (root is wanted)'
}

function isThere(program: string): boolean {
  return (process.env.PATH ?? '').split(':').some((folder) => existsSync(join(folder, program)))
}

interface Options {
  readonly cwd?: string
  readonly env?: NodeJS.ProcessEnv
}

/** Not synchronous: servers of the tests answer meanwhile. `status` is undefined when the program did not start. */
export function run(program: string, args: readonly string[], options: Options = {}) {
  return new Promise<{ status: number | undefined; stdout: string; stderr: string }>((done) => {
    execFile(
      program,
      args,
      { ...options, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 },
      (error, stdout, stderr) => {
        const status = error === null ? 0 : typeof error.code === 'number' ? error.code : undefined
        done({ status, stdout, stderr: status === undefined ? `${error} ${stderr}` : stderr })
      },
    )
  })
}

/** The command line, as a user types it; its cache is the suite's. */
export function sidecarBuildpack(args: readonly string[], options: Options = {}) {
  return run(process.execPath, [join(ROOT, 'bin/sidecar-buildpack'), ...args], {
    ...options,
    env: { ...process.env, XDG_CACHE_HOME: CACHE, ...options.env },
  })
}

/** A folder with nothing but the programs of coreutils and bash, to be a PATH. */
export async function coreutilsAndBash(folder: string): Promise<string> {
  mkdirSync(folder, { recursive: true })
  const listed = await run('dpkg', ['-L', 'coreutils'])
  const programs =
    listed.status === 0 ? listed.stdout.split('\n').filter((path) => /^\/(usr\/)?bin\/./.test(path)) : []
  for (const path of [...programs, '/bin/bash', '/bin/sh']) {
    const link = join(folder, basename(path))
    if (existsSync(path) && !existsSync(link)) symlinkSync(path, link)
  }
  return folder
}

/** Builds a Go program of this suite, without network: it uses the standard library alone. */
export function goBuild(name: string, out: string): void {
  execFileSync('go', ['build', '-trimpath', '-o', out, '.'], {
    cwd: join(ROOT, 'test/suites/package', name),
    env: { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-mod=mod', GOTOOLCHAIN: 'local' },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
}
