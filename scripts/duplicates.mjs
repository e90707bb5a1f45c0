// `npm run duplicates`: finds repeated code, with the settings in .jscpd.json. `src` must have none, `test` only a few.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { measured } from '../bench/measures.mjs'

const AT_MOST = { src: 0, test: 5 }

for (const [folder, atMost] of Object.entries(AT_MOST)) {
  const found = duplicates(folder)
  for (const { firstFile, secondFile, lines } of found)
    console.log(`${place(firstFile)} and ${place(secondFile)}: ${lines} lines`)
  const figure = { measure: `repeated in ${folder}`, value: found.length, unit: 'places', atMost }
  if (!measured({ area: 'duplicates', ...figure })) process.exitCode = 1
}

function duplicates(folder) {
  const report = mkdtempSync(join(tmpdir(), 'duplicates-'))
  try {
    const options = ['--reporters', 'json', '--output', report, '--silent', '--noTips']
    const { status, stderr } = spawnSync('npx', ['--no-install', 'jscpd', ...options, folder], {
      encoding: 'utf8',
    })
    if (status !== 0) throw new Error(stderr)
    return JSON.parse(readFileSync(join(report, 'jscpd-report.json'), 'utf8')).duplicates
  } finally {
    rmSync(report, { recursive: true, force: true })
  }
}

function place({ name, start }) {
  return `${name}:${start}`
}
