// `npm run pictures`: draws docs/pictures from the output of the command line for fixtures/pictures/shop. Every picture has
// a light and a dark form. An argument names another directory to write to (test/scripts/pictures.test.ts uses it).
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { containerPicture } from './container.mjs'
import { crashSession, plannedShop, planSession, stagedShop } from './sessions.mjs'
import { stagingPicture } from './staging.mjs'
import { SCHEMES } from './svg.mjs'
import { terminalPicture } from './terminal.mjs'

const out = process.argv[2] ?? join(dirname(fileURLToPath(import.meta.url)), '../../docs/pictures')
mkdirSync(out, { recursive: true })

const plan = plannedShop()
const drawn = {
  container: (scheme) => containerPicture(plan, scheme),
  staging: (scheme) => stagingPicture(staged, scheme),
  plan: (scheme) => terminalPicture('Terminal: the plan of an app with two sidecars', planned, scheme),
  run: (scheme) => terminalPicture('Terminal: a sidecar is killed while the app runs', crash, scheme),
}
const staged = stagedShop()
const planned = planSession()
const crash = await crashSession()

for (const [name, draw] of Object.entries(drawn)) {
  for (const [scheme, colours] of Object.entries(SCHEMES)) {
    writeFileSync(join(out, `${name}-${scheme}.svg`), draw(colours))
  }
}
