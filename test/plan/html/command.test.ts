import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { main } from '../../../src/cli/main.ts'
import { html } from '../../../src/plan/html/escape.ts'
import { temporaryFolder } from '../../support/files.ts'

const SIDECARS = `sidecars:
  - {name: "<img src=x onerror=alert(1)>", memory: 8M, command: "./a && ./b \\"c\\""}
  - {name: late, memory: 8M, command: ./a, wait_for: {http: "http://localhost:8082/up", timeout: 1500ms}}
`

async function page(sidecars: string, ...args: readonly string[]) {
  const cwd = temporaryFolder({ 'sidecars.yml': sidecars, Procfile: 'web: ./a\n', a: '#!/bin/sh\n' })
  const said = { out: '', err: '' }
  const html = args.includes('--html') ? [] : ['--html', 'plan.html']
  const status = await main(['plan', ...html, ...args], {
    env: {},
    cwd,
    out: (text) => (said.out += text),
    err: (text) => (said.err += text),
    isTerminal: false,
  })
  return { status, cwd, ...said, text: () => readFileSync(join(cwd, 'plan.html'), 'utf8') }
}

describe('plan --html', () => {
  it('writes a page that forbids and contains scripts, and loads nothing', async () => {
    const { status, text, out } = await page(SIDECARS)
    expect(status).toBe(0)
    expect(out).toContain('web, 1G')
    expect(text()).toContain("default-src 'none'")
    expect(text()).not.toMatch(/<(?:script|img|link|iframe)|<[^>]*(?:src|href)=|url\(/)
  })

  it('escapes every text of the user', async () => {
    const { text } = await page(SIDECARS)
    expect(text()).toContain('&#60;img src=x onerror=alert(1)&#62;')
    expect(text()).toContain('./a &#38;&#38; ./b &#34;c&#34;')
  })

  it('says what the app waits for', async () => {
    const { text } = await page(SIDECARS)
    expect(text()).toContain('until http://localhost:8082/up answers with a 2xx status (at most 1500 ms)')
  })

  it('writes the page as well when the plan does not fit, and prints the same problems', async () => {
    const { status, text, err } = await page(
      'sidecars: [{name: a, command: ./a, memory: 1G}]\n',
      '--memory',
      '1G',
    )
    expect(status).toBe(1)
    expect(text()).toContain('Will not start')
    const [first = ''] = err.split('\n')
    expect(text()).toContain(html`${first.replace(/^(?:error|warning): /, '')}`.html)
  })

  it('does not replace the app’s files', async () => {
    const { status, err, cwd } = await page(SIDECARS, '--html', 'sidecars.yml')
    expect(status).toBe(1)
    expect(err).toContain(`--html: ${join(cwd, 'sidecars.yml')} exists and is not an HTML page`)
    expect(readFileSync(join(cwd, 'sidecars.yml'), 'utf8')).toBe(SIDECARS)
  })

  it.each([
    ['nowhere/plan.html', 'no such file or directory'],
    ['.', 'is a directory'],
  ])('ends with 1 when the file cannot be written: %s, %s', async (file, why) => {
    const { status, err, cwd } = await page(SIDECARS, '--html', file)
    expect(status).toBe(1)
    expect(err).toContain(`error: --html: cannot write ${join(cwd, file)}: ${why}\n`)
  })
})
