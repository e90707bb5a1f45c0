/**
 * What a request for a static file gets, by the rules that the Staticfile buildpack gives to nginx: index files, no dot files,
 * a redirect to directories, pushstate. Nothing outside of the served directory, wherever links lead.
 * Source: https://github.com/cloudfoundry/staticfile-buildpack, src/staticfile/finalize (finalize.go, data.go).
 */
import { closeSync, realpathSync, type Stats, statSync } from 'node:fs'
import { join, posix, sep } from 'node:path'
import { lookup } from 'mrmime'
import { attempt } from '../../system/attempt.ts'
import { openChecked } from '../../system/checked-file.ts'

export interface StaticSite {
  /** The real path of the served directory. */
  readonly root: string
  /** Names at its top that are not served. */
  readonly hidden: ReadonlySet<string>
  readonly dotFiles: boolean
  /** Whether a path that does not exist gets the index of the root. */
  readonly pushState: boolean
}

type Answer =
  | { readonly status: 400 | 403 | 404 | 405 }
  | { readonly status: 301; readonly location: string }
  | {
      readonly status: 200
      /** To be closed by the caller. */
      readonly fd: number
      /** Bytes. */
      readonly size: number
      readonly contentType: string
    }

const INDEX_FILES = ['index.html', 'index.htm', 'Default.htm']

/** What the buildpack leaves behind when it copies an app to its directory `public`. */
export const NOT_COPIED = new Set([
  'Staticfile',
  'Staticfile.auth',
  'manifest.yml',
  '.profile',
  '.profile.d',
  'stackato.yml',
  '.cloudfoundry',
])

/** @param target of the request: a path, perhaps with a query */
export function answerTo(site: StaticSite, method: string, target: string): Answer {
  if (method !== 'GET' && method !== 'HEAD') return { status: 405 }
  const [written = '', ...query] = target.split('?')
  const path = decoded(written)
  if (path === undefined) return { status: 400 }
  const found = find(site, path)
  if (found?.stats.isDirectory()) {
    if (path.endsWith('/')) return indexOf(site, path) ?? { status: 403 }
    const location = `${path.split('/').map(encodeURIComponent).join('/')}/`
    return { status: 301, location: query.length > 0 ? `${location}?${query.join('?')}` : location }
  }
  if (found && !path.endsWith('/')) return opened(site, found) ?? { status: 404 }
  return (site.pushState ? indexOf(site, '/') : undefined) ?? { status: 404 }
}

/** Without `..`, `.` and doubled slashes, which a redirect would take for a host; undefined for what is not the path of a file. */
function decoded(written: string): string | undefined {
  const path = attempt(() => decodeURIComponent(written))
  return path?.startsWith('/') && !path.includes('\0') ? posix.normalize(path) : undefined
}

interface Found {
  readonly path: string
  readonly stats: Stats
}

function find({ root, hidden, dotFiles }: StaticSite, path: string): Found | undefined {
  const names = path.split('/').filter(Boolean)
  if (hidden.has(names[0] ?? '') || (!dotFiles && names.some((each) => each.startsWith('.'))))
    return undefined
  const real = attempt(() => realpathSync.native(join(root, ...names)))
  if (real === undefined || (real !== root && !real.startsWith(`${root}${sep}`))) return undefined
  const stats = statSync(real, { throwIfNoEntry: false })
  return stats && { path: real, stats }
}

function indexOf(site: StaticSite, directory: string): Answer | undefined {
  for (const name of INDEX_FILES) {
    const found = find(site, `${directory}${name}`)
    const answer = found && opened(site, found)
    if (answer) return answer
  }
  return undefined
}

function opened({ root }: StaticSite, { path, stats }: Found): Answer | undefined {
  if (!stats.isFile()) return undefined
  const fd = attempt(() => openChecked(path, stats, root))
  return fd === undefined
    ? undefined
    : { status: 200, fd, size: stats.size, contentType: contentTypeOf(path) }
}

/** For who does not send the file. */
export function closeAnswer(answer: Answer): void {
  if (answer.status === 200) closeSync(answer.fd)
}

function contentTypeOf(path: string): string {
  // The one type that nginx knows and the table lacks.
  const type = /\.ico$/i.test(path) ? 'image/x-icon' : (lookup(path) ?? 'application/octet-stream')
  return /^text\/|json$|xml$/.test(type) ? `${type}; charset=utf-8` : type
}
