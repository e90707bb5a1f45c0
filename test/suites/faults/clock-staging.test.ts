/** Staging while the machine's time is wrong, or is put to another one. */
import { execFileSync } from 'node:child_process'
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:https'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { count, measured } from '../../../bench/measures.mjs'
import { makeCertificates } from '../../support/certificates.ts'
import { run } from '../../support/command-line.ts'
import { ROOT } from '../../support/files.ts'
import { listening, sha256, type TestServer } from '../../support/http-server.ts'
import { lacks } from '../../support/programs.ts'
import { Staging } from '../../support/staging.ts'
import { type EverySource, emptied, everySource, STAGING_ENV, supplyArgs } from './every-source.ts'
import { FakeClock, lacksFaketime } from './faketime.ts'
import { tree } from './tree.ts'

const AREA = 'faults'
let source: EverySource
let staging: Staging
beforeAll(async () => {
  source = await everySource()
  staging = source.stage()
})
afterAll(async () => {
  staging.remove()
  await source.remove()
})

const skipped = (why: string | false) => (why ? ` (skipped: ${why})` : '')

/** The phases as bin/supply starts them, which takes LD_PRELOAD away from them. */
async function stagedBy(
  clock: FakeClock | undefined,
  of: Staging,
  more: NodeJS.ProcessEnv = {},
  phases = ['supply', 'finalize'],
) {
  const said: string[] = []
  for (const phase of phases) {
    const args = [join(ROOT, 'dist', `${phase}.cjs`), ...supplyArgs(of), of.profileDir]
    const env = { ...STAGING_ENV, ...more, ...clock?.env }
    const { status, stdout, stderr } = await run(process.execPath, args, { env })
    said.push(stdout + stderr)
    if (status !== 0) return { status, said: said.join('') }
  }
  return { status: 0, said: said.join('') }
}

describe('staging', () => {
  test.skipIf(lacksFaketime)(
    `gives the same at any time, and while the time jumps${skipped(lacksFaketime)}`,
    async () => {
      const wanted = {
        ...(await stagedBy(undefined, emptied(staging))),
        tree: tree(join(staging.root, 'contents')),
      }
      expect(wanted.status).toBe(0)
      const wantedCache = tree(join(staging.root, 'cache'))
      const times = [
        '@1970-01-02 00:00:00',
        '@2001-09-09 01:46:39',
        '@2038-01-19 03:14:06',
        '@2106-02-07 06:28:14',
        '-1d',
        '+30y',
      ]
      let different = 0
      const compare = async (what: string, clock: FakeClock) => {
        emptied(staging)
        const found = { ...(await stagedBy(clock, staging)), tree: tree(join(staging.root, 'contents')) }
        if (JSON.stringify(found) !== JSON.stringify(wanted)) different++
        expect.soft(found, what).toEqual(wanted)
        expect.soft(tree(join(staging.root, 'cache')), what).toEqual(wantedCache)
      }
      for (const time of times) await compare(time, new FakeClock(join(staging.root, 'clock'), time))
      const jumping = count(3, 20)
      for (let each = 0; each < jumping; each++) {
        const clock = new FakeClock(join(staging.root, 'clock'), '+0')
        const timer = setInterval(
          () => clock.set(`${Math.random() < 0.5 ? '-' : '+'}${Math.ceil(Math.random() * 4000)}d`),
          15,
        )
        await compare('jumping', clock).finally(() => clearInterval(timer))
      }
      expect(
        measured({
          area: AREA,
          measure: `stagings that differ, of ${times.length + jumping} at odd and at jumping times`,
          value: different,
          unit: 'stagings',
          atMost: 0,
        }),
      ).toBe(true)
    },
  )

  test.skipIf(lacksFaketime)(
    `only warns otherwise where a date has passed${skipped(lacksFaketime)}`,
    async () => {
      const own = new Staging({
        'sidecars.yml': 'sidecars:\n  - {name: one, source: {dependency: one}}\n',
        bits: '#!/bin/sh\n',
      })
      for (const part of ['dist', 'bin', 'buildpack.toml'])
        cpSync(join(ROOT, part), join(own.buildpack, part), { recursive: true })
      writeFileSync(
        join(own.buildpack, 'manifest.yml'),
        `default_versions: [{name: one, version: 1.x}]\ndependencies:\n- {name: one, version: 1.2.3, uri: 'file://${own.app}/bits', sha256: ${sha256('#!/bin/sh\n')}, cf_stacks: [cflinuxfs4]}\n` +
          'dependency_deprecation_dates:\n- {name: one, version_line: 1.x, date: 2035-06-01, link: "https://example.com/eol"}\n',
      )
      const at = async (time: string) => {
        const env = { ...STAGING_ENV, ...new FakeClock(join(own.root, 'clock'), time).env }
        const args = [join(own.buildpack, 'dist', 'supply.cjs'), ...supplyArgs(emptied(own))]
        const { status, stdout } = await run(process.execPath, args, { env })
        const lines = stdout.split('\n')
        return {
          status,
          tree: tree(join(own.root, 'contents')),
          other: lines.filter((line) => !line.includes('**WARNING**')),
          warnings: lines.filter((line) => line.includes('**WARNING**')),
        }
      }
      const [before, near, after] = [
        await at('@2026-01-01 00:00:00'),
        await at('@2035-05-20 00:00:00'),
        await at('@2040-01-01 00:00:00'),
      ]
      expect(before, before.other.join('\n')).toMatchObject({ status: 0 })
      expect(before.warnings).toEqual([])
      expect(near).toEqual({ ...before, warnings: [expect.stringContaining('2035-06-01')] })
      expect(after).toEqual({ ...before, warnings: [expect.stringContaining('2035-06-01')] })
      own.remove()
    },
  )
})

const lacksParts = lacksFaketime || lacks('openssl')
describe('a certificate out of its time', () => {
  let server: TestServer
  let folder: string
  beforeAll(async () => {
    if (lacksParts) return
    folder = join(staging.root, 'certificates')
    mkdirSync(folder)
    makeCertificates(folder)
    const [key, cert] = ['server.key', 'server.pem'].map((name) => readFileSync(join(folder, name)))
    const answering = createServer(
      { ...(key && { key }), ...(cert && { cert }) },
      (_, response) => void response.end('#!/bin/sh\n'),
    )
    server = await listening(answering, [], 'https')
  })
  afterAll(() => server?.close())

  test.skipIf(lacksParts).each([
    ['+10y', "the server's certificate has expired by the clock of this machine"],
    ['-10y', "the server's certificate is not valid yet by the clock of this machine"],
  ])(`is told as that, and nothing is kept: %s${skipped(lacksParts)}`, async (time, sentence) => {
    const uri = `{uri: "${server.url}/tool", sha256: ${sha256('#!/bin/sh\n')}}`
    const own = new Staging({ 'sidecars.yml': `sidecars:\n  - {name: one, source: ${uri}}\n` })
    const trust = { SSL_CERT_FILE: join(folder, 'ca.pem') }
    const clock = new FakeClock(join(own.root, 'clock'), time)
    const refused = await stagedBy(clock, own, trust, ['supply'])
    expect(refused).toEqual({ status: 1, said: expect.stringContaining(sentence) })
    expect(tree(join(own.root, 'contents', 'deps', '0'))).toEqual(
      expect.not.arrayContaining([expect.stringContaining('tool')]),
    )
    clock.set('+0')
    expect(await stagedBy(clock, own, trust, ['supply'])).toMatchObject({ status: 0 })
    execFileSync('test', ['-x', join(own.deps, '0/sidecars/one/tool')])
    own.remove()
  })
})
