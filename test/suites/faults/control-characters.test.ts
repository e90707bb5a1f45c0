/** What `run` shows while an app runs: foreign names cannot move the cursor or forge a line. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ROOT } from '../../support/files.ts'
import { freePort } from '../../support/free-port.ts'
import { Workplace } from '../../support/local-run.ts'
import { lacks } from '../../support/programs.ts'
import { lacksTmux, Terminal } from '../../support/terminal.ts'

const place = new Workplace()
afterAll(() => place.end())

/** Moves the cursor, sets a title, begins a line, turns the direction; as a name, and as JSON and YAML have it. */
const EVIL = '\u001b[1;1Hx\u009b2J\u0007\rFORGED\u202e\u2028'
const written = JSON.stringify(EVIL).replace(
  /[\u007f-\u009f\u2028\u202e]/g,
  (each) => `\\u${each.charCodeAt(0).toString(16).padStart(4, '0')}`,
)
const FOREIGN = /\u001b\[1;1Hx|\u009b|\u0007|\rFORGED|\u202e|\u2028/

let droplet: string
beforeAll(async () => {
  const app = join(place.folder, 'app')
  mkdirSync(app)
  writeFileSync(
    join(app, 'sidecars.yml'),
    `sidecars: [{name: ${written}, command: "sleep 1; echo sidecar runs; exit 3 #"}]
processes: {web: ${JSON.stringify("printf '\\033[31mred\\033[0m\\n'; sleep 100")}}
`,
  )
  droplet = await place.stage(app)
})

test('the introduction and the log show control characters of names, and do not change the output of the app', async () => {
  const run = place.run([droplet, '--port', `${await freePort()}`, '--max-restarts', '0'])
  await run.line('OUT \u001b[31mred\u001b[0m')
  await run.line('sidecar runs')
  await run.line('App instance exited with guid')
  await run.end()
  const all = run.lines.map(({ text }) => text)
  expect(all.filter((line) => FOREIGN.test(line))).toEqual([])
  expect(all[0]).toContain('\\u001b[1;1Hx')
  expect(all.find((line) => line.includes('sidecar runs'))).toMatch(/SIDECAR\/\\u001b\[1;1HX/)
})

const missing = lacksTmux || lacks('script')
test.skipIf(missing)(
  `the view of a terminal shows them too${missing ? ` (skipped: ${missing})` : ''}`,
  async () => {
    const terminal = new Terminal(150, 30, place.folder)
    try {
      const record = join(place.folder, 'typescript')
      const command = [
        process.execPath,
        join(ROOT, 'bin/sidecar-buildpack'),
        'run',
        droplet,
        '--port',
        `${await freePort()}`,
      ]
      terminal.enter(
        `TMPDIR=${place.folder} XDG_RUNTIME_DIR=${place.folder} script -qefc '${command.join(' ')}' ${record}`,
      )
      await terminal.until((screen) => screen.some((row) => row.includes('sidecar runs')))
      terminal.press('C-c')
      await terminal.until((screen) => screen.at(-1) === '$')
      const bytes = readFileSync(record, 'utf8')
      expect(bytes).toContain('\\u001b[1;1Hx')
      expect(FOREIGN.exec(bytes)?.[0]).toBe(undefined)
    } finally {
      terminal.close()
    }
  },
)
