/** The built command line and other programs, run to their end. */
import { execFile, execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, symlinkSync } from 'node:fs'
import { basename, join } from 'node:path'
import { ROOT } from './files.ts'

/** The built command line. */
export const CLI = join(ROOT, 'dist/cli.cjs')
/** A cache that is kept between runs. */
export const CACHE = join(ROOT, '.cache')

interface Options {
  readonly cwd?: string
  readonly env?: NodeJS.ProcessEnv
}

/** Runs a program; servers in this process answer meanwhile. `status` is undefined if the program did not start. */
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

/** Runs the command line to its end. No server in this process answers meanwhile. */
export function runCli(args: readonly string[], options: Options = {}) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [CLI, ...args], {
    ...options,
    encoding: 'utf8',
  })
  return { status, stdout, stderr }
}

/** @returns the standard output of a command. @throws Error with all output if its exit status is not 0 */
export function outputOf(...args: readonly string[]): string {
  const { status, stdout, stderr } = runCli(args)
  if (status !== 0) throw new Error(`${args[0]} ended with ${status}:\n${stdout}${stderr}`)
  return stdout
}

/** Runs the command line as a user types it, with the suites' cache. */
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

/** Builds a Go program of test/suites/package, which uses only the standard library, so that no network is needed. */
export function goBuild(name: string, out: string): void {
  execFileSync('go', ['build', '-trimpath', '-o', out, '.'], {
    cwd: join(ROOT, 'test/suites/package', name),
    env: { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-mod=mod', GOTOOLCHAIN: 'local' },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
}
