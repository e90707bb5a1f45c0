import { closeSync, mkdtempSync, readFileSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { folderView } from '../../src/java/app-view.ts'
import type { StandInApp } from '../../src/stand-ins/stand-in-app.ts'
import { staticCommand } from '../../src/stand-ins/static.ts'
import { answerTo, NOT_COPIED, type StaticSite } from '../../src/stand-ins/static-server/static-site.ts'
import { temporaryFolder, writeFiles } from '../support/files.ts'

const work = temporaryFolder()
const root = join(work, 'site')

const files = {
  'secret.txt': 'outside',
  'site/index.html': 'the index',
  'site/style.CSS': 'p {}',
  'site/favicon.ico': 'icon',
  'site/data': 'data',
  'site/.hidden': 'hidden',
  'site/Staticfile': 'root: x',
  'site/docs/index.htm': 'the docs',
  'site/docs/Staticfile': 'served here',
  'site/empty/x.json': '{}',
  'site/with blank ?/index.html': 'odd',
  'site-two/x.txt': 'a neighbour',
}
writeFiles(work, files)
symlinkSync('data', join(root, 'link'))
symlinkSync('../secret.txt', join(root, 'way-out'))
symlinkSync('..', join(root, 'up'))
symlinkSync(join(work, 'site-two'), join(root, 'neighbour'))

const site: StaticSite = { root, hidden: NOT_COPIED, dotFiles: false, pushState: false }

/** @returns the text of a file, else the status, with the location of a redirect */
function ask(target: string, more: Partial<StaticSite> = {}, method = 'GET'): string | number {
  const answer = answerTo({ ...site, ...more }, method, target)
  if (answer.status === 301) return `to ${answer.location}`
  if (answer.status !== 200) return answer.status
  try {
    return readFileSync(answer.fd, 'utf8')
  } finally {
    closeSync(answer.fd)
  }
}

describe('static files without the buildpack', () => {
  it.each([
    ['/', 'the index'],
    ['/index.html?version=1', 'the index'],
    ['/data', 'data'],
    ['/link', 'data'],
    ['/docs/', 'the docs'],
    ['/docs', 'to /docs/'],
    ['/docs?a=b', 'to /docs/?a=b'],
    ['//docs', 'to /docs/'],
    ['/with%20blank%20%3F', 'to /with%20blank%20%3F/'],
    ['/with%20blank%20%3F/', 'odd'],
    ['/empty/', 403],
    ['/missing', 404],
    ['/data/', 404],
    ['/data/more', 404],
    ['/.hidden', 404],
    ['/Staticfile', 404],
    ['/docs/Staticfile', 'served here'],
  ])('%s: %s', (target, expected) => expect(ask(target)).toBe(expected))

  it.each([
    '/../secret.txt',
    '/..%2fsecret.txt',
    '/docs/..%2F..%2Fsecret.txt',
    '/way-out',
    '/up/secret.txt',
    '/up',
    '/neighbour/x.txt',
    '/..',
    '/../site-two/x.txt',
  ])('does not leave the directory: %s', (target) =>
    expect(String(ask(target, { dotFiles: true }))).not.toMatch(/outside|neighbour/),
  )

  it.each(['/%', '/%00', 'http://host/x', '*', ''])('does not accept the target "%s"', (target) =>
    expect(ask(target)).toBe(400),
  )

  it('serves dot files, and the index for what does not exist, where that is asked for', () => {
    expect(ask('/.hidden', { dotFiles: true })).toBe('hidden')
    expect(ask('/orders/7', { pushState: true })).toBe('the index')
    expect(ask('/data', { pushState: true })).toBe('data')
  })

  it('knows content types, HEAD, and no other method', () => {
    const typeOf = (target: string) => {
      const answer = answerTo(site, 'HEAD', target)
      if (answer.status === 200) closeSync(answer.fd)
      return answer.status === 200 ? [answer.contentType, answer.size] : answer.status
    }
    expect(typeOf('/style.CSS')).toEqual(['text/css; charset=utf-8', 4])
    expect(typeOf('/favicon.ico')).toEqual(['image/x-icon', 4])
    expect(typeOf('/data')).toEqual(['application/octet-stream', 4])
    expect(ask('/', {}, 'POST')).toBe(405)
  })
})

describe('the command for static files', () => {
  const commandOf = (staticfile: string | undefined, more: Readonly<Record<string, string>> = {}) => {
    const app = mkdtempSync(join(work, 'app-'))
    writeFiles(app, {
      'public/index.html': 'x',
      ...(staticfile !== undefined && { Staticfile: staticfile }),
      ...more,
    })
    const command = staticCommand({ app: { view: folderView(app) } } as StandInApp)
    return typeof command === 'string' ? command : command.web
  }

  it.each([
    [undefined, ' .'],
    ['', ' .'],
    ['root: public', ' public'],
    ['root: ./public/', ' public'],
    ['pushstate: enabled\nhost_dot_files: true', ' . --dot-files --pushstate'],
    ['directory: false', ' .'],
  ])('%j', (staticfile, expected) =>
    expect(commandOf(staticfile)).toBe(`exec node "$DEPS_DIR"/*/static-server.cjs${expected}`),
  )

  it.each([
    ['root: missing', /root missing in its Staticfile is missing or empty/],
    ['root: ../x', /outside the app/],
    ['root: /etc', /outside the app/],
    ['root: ..', /outside the app/],
    ['ssi: enabled', /ssi in its Staticfile needs nginx/],
    ['directory: visible', /directory in its Staticfile needs nginx/],
    ['- a', /not a map/],
  ])('%j: why nothing stands in', (staticfile, why) => expect(commandOf(staticfile)).toMatch(why))

  it('leaves what only nginx can do to the buildpack', () => {
    expect(commandOf('', { 'Staticfile.auth': 'bob:x' })).toMatch(/needs nginx/)
    expect(commandOf('root: public', { 'public/nginx.conf': 'x' })).toMatch(/needs nginx/)
  })
})
