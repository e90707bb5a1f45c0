/** What supply does with one source, and nothing else: `node driver.cjs APP CACHE INTO SOURCE`, the source as JSON. */
import { Problems } from '../src/config/problems.ts'
import type { Source } from '../src/config/sidecar.ts'
import { buildpackLog } from '../src/log/log.ts'
import { checkSource, placeSource } from '../src/sources/index.ts'

const [appDir = '', cacheDir = '', into = '', ...sources] = process.argv.slice(2)

async function main(): Promise<void> {
  const context = {
    appDir,
    buildpackDir: appDir,
    cacheDir,
    stack: 'cflinuxfs4',
    env: process.env,
    log: buildpackLog(() => {}, false),
    clock: () => new Date(),
  }
  const problems = new Problems()
  const place = { file: 'sidecars.yml', line: 1, column: 1 }
  let number = 0
  for (const text of sources) {
    const source = { ...JSON.parse(text), place } as Source
    const request = { source, origin: { kind: 'app' }, use: 'command', owner: 'one' } as const
    const checked = await checkSource(request, context, problems)
    problems.throwIfErrors()
    if (checked) await placeSource(checked, `${into}/${number++}`)
  }
}

main().then(
  () => {
    if (process.env.MEASURE_MEMORY) process.stdout.write(String(process.resourceUsage().maxRSS / 1024))
  },
  (thrown) => {
    process.stderr.write(`${thrown instanceof Error ? thrown.message : thrown}\n`)
    process.exitCode = 1
  },
)
