/** The page of `plan --html`, in a browser. SCREENSHOTS=DIR keeps the pictures. */
import { execFileSync, spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { type Browser, chromium, type Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ROOT } from '../../support/files.ts'
import { classFile, jar, manifest } from '../../support/jars.ts'
import { browser } from './install.ts'

const SIDECARS = `sidecars:
  - name: auth
    memory: 32M
    source: {path: auth}
    proxy: true
  - name: config-server
    memory: 64M
    source: {path: config-server}
    wait_for: {port: 8082}
  - name: <script>alert(1)</script>
    process_types: [web, worker]
    command: ./config-server
    memory: 8M
`

let work: string
let chrome: Browser

const command = browser()

describe.runIf(command)('the page of plan --html', () => {
  beforeAll(async () => {
    work = mkdtempSync(join(tmpdir(), 'plan-page-'))
    put('app/sidecars.yml', SIDECARS)
    put('app/Procfile', 'web: ./run\nworker: ./work\n')
    for (const name of ['auth', 'config-server', 'run', 'work']) put(`app/${name}`, '#!/bin/sh\n')
    put(
      'app/manifest.yml',
      'applications: [{name: shop, memory: 512M, sidecars: [{name: a, process_types: [web], command: x}]}]\n',
    )
    put('java/META-INF/MANIFEST.MF', manifest('Main-Class: Main', 'Start-Class: Main').toString())
    put('java/BOOT-INF/classes/Main.class', classFile(17))
    put('java/BOOT-INF/lib/a.jar', jar({ 'a/C.class': 'x' }))
    put('java/sidecars.yml', 'sidecars: [{name: agent, command: ./agent, memory: 64M}]\n')
    const executablePath = execFileSync('bash', ['-c', `command -v ${command}`], { encoding: 'utf8' }).trim()
    // Chromium's own sandbox does not start as root.
    chrome = await chromium.launch({ executablePath, args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] })
  })
  afterAll(async () => {
    await chrome?.close()
    rmSync(work, { recursive: true, force: true })
  })

  it.each([
    ['light', 'desktop', 1280],
    ['dark', 'desktop', 1280],
    ['light', 'phone', 375],
    ['dark', 'phone', 375],
  ] as const)(
    'is rendered %s on a %s without errors, requests or horizontal scrolling',
    async (colorScheme, device, width) => {
      for (const [name, ...args] of [
        ['app', '-f', 'app/manifest.yml'],
        ['java', '--memory', '1G'],
        ['java-too-small', '--memory', '512M'],
      ] as const) {
        const { page, errors, requests } = await opened(planOf(name, args), { colorScheme, width })
        expect(errors).toEqual([])
        expect(requests).toHaveLength(1)
        expect(
          await page.evaluate('document.documentElement.scrollWidth - window.innerWidth'),
        ).toBeLessThanOrEqual(0)
        await picture(page, `${name}-${colorScheme}-${device}`)
        await page.close()
      }
    },
  )

  it('shows the parts of the plan to a screen reader: headings, the chain of ports, tables, what each part waits for', async () => {
    const { page } = await opened(planOf('app', ['-f', 'app/manifest.yml']))
    const headings = await page.getByRole('heading').allTextContents()
    expect(headings).toEqual(expect.arrayContaining(['app', 'Process web', 'Process worker', 'Sidecars']))
    const chain = page.locator('.chain').first().getByRole('listitem')
    expect((await chain.allInnerTexts()).map((text) => text.match(/port \d+|auth|web/g))).toEqual([
      ['port 8080', 'auth'],
      ['port 18080', 'web'],
    ])
    const table = page.getByRole('table', { name: 'Memory of web' })
    expect(await table.getByRole('row').allInnerTexts()).toEqual([
      'Part\tSize\tShare',
      'sidecar auth\t32M\t6.3%',
      'sidecar config-server\t64M\t12.5%',
      'sidecar <script>alert(1)</script>\t8M\t1.6%',
      'app\t408M\t79.7%',
      'Container\t512M\t100%',
    ])
    expect(await page.getByText('until port 8082 accepts connections (at most 30 s)').count()).toBe(1)
    expect(await page.getByText('until it listens on port 18080').count()).toBe(1)
  })

  it('shows the figures of a part of the bar on hover, and on focus by keyboard', async () => {
    const { page } = await opened(planOf('app', ['-f', 'app/manifest.yml']))
    const parts = page.locator('.bar').first().locator('.part')
    const opacity = (index: number) =>
      page.evaluate(`Number(getComputedStyle(document.querySelectorAll('.tip')[${index}]).opacity)`)
    expect(await opacity(1)).toBe(0)
    await parts.nth(1).hover()
    expect(await opacity(1)).toBe(1)
    await page.keyboard.press('Tab')
    await page.keyboard.press('Tab')
    expect(await page.evaluate('document.activeElement.innerText')).toContain('config-server: 64M, 12.5%')
    await page.mouse.move(0, 0)
    expect(await opacity(1)).toBe(1)
  })

  it('has enough contrast between text and background in both schemes', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const { page } = await opened(planOf('java-too-small', ['--memory', '512M']), { colorScheme })
      const low = await page.evaluate(LOW_CONTRAST)
      expect(low).toEqual([])
    }
  })

  it('can be printed', async () => {
    const { page } = await opened(planOf('java', ['--memory', '1G']))
    expect((await page.pdf()).subarray(0, 5).toString()).toBe('%PDF-')
  })
})

function put(path: string, content: string | Buffer): void {
  mkdirSync(dirname(join(work, path)), { recursive: true })
  writeFileSync(join(work, path), content, { mode: 0o755 })
}

/** @returns the path of the page */
function planOf(name: string, args: readonly string[]): string {
  const page = join(work, `${name}.html`)
  const app = name.startsWith('java') ? 'java' : 'app'
  const cli = join(ROOT, 'bin/sidecar-buildpack')
  const { stdout } = spawnSync(process.execPath, [cli, 'plan', app, ...args, '--html', page], {
    cwd: work,
    encoding: 'utf8',
  })
  expect(stdout).not.toBe('')
  return page
}

async function opened(
  path: string,
  {
    colorScheme = 'light',
    width = 1280,
  }: { readonly colorScheme?: 'light' | 'dark'; readonly width?: number } = {},
) {
  const page = await chrome.newPage({ colorScheme, viewport: { width, height: 900 } })
  const errors: string[] = []
  const requests: string[] = []
  page.on('console', (message) => errors.push(message.text()))
  page.on('pageerror', (error) => errors.push(String(error)))
  page.on('dialog', (dialog) => errors.push(dialog.message()))
  page.on('request', (request) => requests.push(request.url()))
  await page.goto(pathToFileURL(path).href)
  return { page, errors, requests }
}

async function picture(page: Page, name: string): Promise<void> {
  const { SCREENSHOTS } = process.env
  const shot = await page.screenshot({
    fullPage: true,
    ...(SCREENSHOTS && { path: join(SCREENSHOTS, `${name}.png`) }),
  })
  expect(shot.length).toBeGreaterThan(10_000)
}

/** Texts with less than 4.5 : 1 (WCAG 2.2, 1.4.3), by relative luminance; run in the page. */
const LOW_CONTRAST = `(() => {
  const channels = (color) => (color.match(/[\\d.]+/g) ?? []).map(Number)
  const luminance = ([r, g, b]) => [r, g, b]
    .map((each) => each / 255)
    .map((each) => (each <= 0.04045 ? each / 12.92 : ((each + 0.055) / 1.055) ** 2.4))
    .reduce((sum, each, index) => sum + each * [0.2126, 0.7152, 0.0722][index], 0)
  const background = (element) => {
    for (let each = element; each; each = each.parentElement) {
      const color = channels(getComputedStyle(each).backgroundColor)
      if (color.length === 3 || color[3] > 0) return color
    }
    return [255, 255, 255]
  }
  return [...document.querySelectorAll('body *')]
    .filter((each) => [...each.childNodes].some((node) => node.nodeType === 3 && node.data.trim() !== ''))
    .map((each) => {
      const [a, b] = [luminance(channels(getComputedStyle(each).color)), luminance(background(each))]
      return { text: each.textContent.trim().slice(0, 40), ratio: (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05) }
    })
    .filter(({ ratio }) => ratio < 4.5)
})()`
