/** The built parts of the samples, kept between runs under `.cache/samples`. */

import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './files.ts'
import type { Part } from './java/real-parts.ts'
import { installed } from './programs.ts'

export const samples = join(ROOT, 'fixtures/samples')
const cache = join(ROOT, '.cache/samples')

/** The config server, for Linux on x86-64. */
export function configServer(): Part {
  if (!installed('go')) return { skipped: 'no go' }
  const path = join(cache, 'config-server')
  mkdirSync(cache, { recursive: true })
  const env = { ...process.env, GOOS: 'linux', GOARCH: 'amd64', CGO_ENABLED: '0' }
  execFileSync('go', ['build', '-o', path, '.'], { cwd: join(samples, 'config-server'), env, stdio: 'pipe' })
  return { path }
}

/** The Spring Boot app, packaged twice by Maven: as usual, and with a start script in front. */
export function springBootJars(): { jar: Part; executable: Part } {
  const folder = join(cache, 'java-app')
  const jar = join(folder, 'target/app-boot.jar')
  const executable = join(folder, 'target/app-executable.jar')
  if (!existsSync(executable)) {
    if (!installed('mvn')) return { jar: { skipped: 'no mvn' }, executable: { skipped: 'no mvn' } }
    cpSync(join(samples, 'java-app'), folder, { recursive: true })
    const maven = spawnSync('mvn', ['-q', '-B', 'package'], { cwd: folder, encoding: 'utf8' })
    if (maven.status !== 0) {
      const skipped = `mvn package: ${maven.stdout.slice(0, 300)}`
      return { jar: { skipped }, executable: { skipped } }
    }
  }
  return { jar: { path: jar }, executable: { path: executable } }
}

/** A fixture in place of the Ruby buildpack. */
export const rubyLike = join(ROOT, 'fixtures/neighbours/ruby-like')
