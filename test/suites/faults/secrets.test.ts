import { spawnSync } from 'node:child_process'
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, expect, test } from 'vitest'
import { count } from '../../../bench/measures.mjs'
import { describeProblem, InputError, Problems } from '../../../src/problems/problems.ts'
import { allProcesses, commandLine } from '../../../src/system/proc.ts'
import { readAppManifest } from '../../support/app-manifest.ts'
import { CLI } from '../../support/command-line.ts'
import { freePort } from '../../support/free-port.ts'
import { Workplace } from '../../support/local-run.ts'
import { Staging } from '../../support/staging.ts'
import { ODD_KEYS, ODD_TEXTS } from './odd-yaml.ts'

/** How a secret may stand where a value is wanted: written well, without quotes, cut off, as a key, or as another kind. */
const FORMS = [
  ...[
    'S',
    '"S"',
    "'S'",
    '!S x',
    '!S!x y',
    '!<S x',
    '!S[x y',
    '*S',
    '&S x',
    '&S {}',
    '{S}',
    '[S]',
    '{S: x}',
    '{x: S}',
  ],
  ...[
    '"S\\q"',
    '"S',
    "'S",
    'S=1',
    '"P=S"',
    '%S',
    '@S',
    '`S',
    '|S',
    '>-S',
    '{service: S}',
    '{service: x, S: y}',
    '{S',
  ],
  ...[
    '"pa$S"',
    '"pa$' + '{S}x"',
    '"$$S"',
    '"S\\0"',
    '"\\ud800S"',
    '? S',
    '- S',
    'S: x',
    '[[S]]',
    '!!binary S',
    '!!int S',
  ],
]

/** The value of `X` is where the secret stands; everything around it is mutated. */
const PLACES = [
  ...[
    'env: {P: X}',
    'env: {Q: y, X: y}',
    'env: X',
    'env: {P: X, P: X}',
    'env: {P: {service: s, credential: X}}',
  ],
  ...['app_env: {P: X}', 'app_env: {X: y}', 'app_env: X', 'hide_env: [A], env: {UID: X}'],
  ...['args: [a, X], source: {path: tool}', 'args: X, source: {path: tool}'],
  ...['-p S', '-pS', '--user admin:S', '--user=S', 'S', 'S/S', '--port 80 S', '/S', 'user:S@h', '-S'].map(
    (args) => `args: ${args}, source: {path: tool}`,
  ),
  ...['source: {uri: "https://u:S@h/x", sha256: x}', 'source: {uri: "https://S@h/x?t=S#S", sha256: x}'],
  ...[
    'source: {uri: "https://u:S@[/x"}',
    'source: {uri: "S:x@h/x"}',
    'source: {uri: "u:S@h/x"}',
    'source: {uri: "ftp://u:S@h"}',
  ],
]
const JAVA = [
  'options: [X]',
  'options: X',
  'agents: [{source: {path: tool}, options: X}]',
  'agents: [{source: {uri: "https://u:S@h/a"}}]',
]

const secret = fc.oneof(
  fc.stringMatching(/^[A-Z][A-Za-z0-9]{9,14}[0-9]$/),
  fc.stringMatching(/^[a-z]{12}$/),
  fc.stringMatching(/^[A-Z]{12}$/),
  fc.stringMatching(/^[1-9][0-9]{9}$/),
)
const odd = fc.constantFrom(...ODD_TEXTS.filter((text) => text.length < 50))
const oddKey = fc.constantFrom(...ODD_KEYS)
const around = fc.oneof(
  fc.constant(''),
  fc.tuple(oddKey, odd).map(([key, text]) => `${key}: ${text}`),
  odd.map((text) => `memory: ${text}`),
  odd.map((text) => `wait_for: {port: ${text}}`),
  odd.map((text) => `name: ${text}`),
)

const sidecarsYml = fc
  .tuple(
    secret,
    fc.constantFrom(...PLACES),
    fc.constantFrom(...JAVA),
    fc.constantFrom(...FORMS),
    around,
    around,
    fc.nat(7),
  )
  .map(([word, place, java, form, before, behind, what]) => {
    const filled = (text: string) => text.replaceAll('X', () => form).replaceAll('S', () => word)
    const keys = [before, what === 0 ? filled(place).replace(':', 'x:') : filled(place), behind].filter(
      Boolean,
    )
    const entry =
      what % 2
        ? `{name: a, command: x, ${keys.join(', ')}}`
        : `\n  - name: a\n    ${keys.join('\n    ').replaceAll(', source', '\n    source').replaceAll(', env', '\n    env')}`
    const text = `sidecars: ${what % 2 ? `[${entry}]` : entry}\n${what === 2 ? `java: {${filled(java)}}\n` : ''}`
    return { word, text }
  })

const staging = new Staging({ tool: '#!/bin/sh\n' })
afterAll(() => staging.remove())

/** Everything that a staging says, and what it writes where no value is expected. */
async function traces(): Promise<string> {
  rmSync(join(staging.deps, '0'), { recursive: true, force: true })
  mkdirSync(join(staging.deps, '0'))
  staging.lines.length = 0
  const said: string[] = []
  try {
    await staging.supply()
  } catch (thrown) {
    said.push(...(thrown instanceof InputError ? thrown.problems.map(describeProblem) : [String(thrown)]))
  }
  const files = readdirSync(staging.root, { recursive: true, encoding: 'utf8' })
  // docs/explanation/security.md: values stand in the start and profile.d scripts, and in sidecars.yml itself.
  const written = files
    .filter((file) => /(launch|config)\.yml$/.test(file))
    .map((file) => readFileSync(join(staging.root, file), 'utf8'))
  return [...said, ...staging.lines, ...files, ...written].join('\n')
}

test('a secret in sidecars.yml is in no message, no log line and no file name, whatever is around it', async () => {
  const checked = await fc.check(
    fc.asyncProperty(sidecarsYml, async ({ word, text }) => {
      writeFileSync(join(staging.app, 'sidecars.yml'), text)
      const seen = await traces()
      if (seen.includes(word))
        throw new Error(`${seen.split('\n').find((each) => each.includes(word))}\n---\n${text}`)
    }),
    { numRuns: count(2000, 20_000) },
  )
  expect(checked.failed ? `seed ${checked.seed}: ${checked.errorInstance}` : '').toBe('')
})

const MANIFEST = [
  ...['env: {P: X}', 'env: {X: y}', 'env: X', 'services: [{name: s, parameters: {p: X}}]'],
  ...['buildpacks: ["https://u:S@h/b.git"]', 'metadata: {annotations: {p: X}}'],
]

test('a secret in the app manifest is in no message', () => {
  const manifest = fc
    .tuple(
      secret,
      fc.constantFrom(...MANIFEST),
      fc.constantFrom(...FORMS),
      fc.constantFrom('memory', 'timeout', 'stack', 'docker'),
      odd,
    )
    .map(([word, place, form, key, text]) => ({
      word,
      text: `applications:\n- name: a\n  ${place.replaceAll('X', () => form).replaceAll('S', () => word)}\n  ${key}: ${text}\n`,
    }))
  const property = fc.property(manifest, ({ word, text }) => {
    const problems = new Problems()
    readAppManifest(Buffer.from(text), 'manifest.yml', problems)
    const said = problems.sorted().map(describeProblem).join('\n')
    if (said.includes(word)) throw new Error(`${said}\n---\n${text}`)
  })
  const checked = fc.check(property, { numRuns: count(2000, 20_000) })
  expect(checked.failed ? `seed ${checked.seed}: ${checked.errorInstance}` : '').toBe('')
})

test('no command prints secrets of the manifest, of services, of proxies or of credentials', () => {
  const app = join(staging.root, 'secret-app')
  mkdirSync(app, { recursive: true })
  const word = 'S3CR3Tword'
  writeFileSync(
    join(app, 'sidecars.yml'),
    `sidecars: [{name: a, command: x, env: {P: ${word}, K: {service: s, credential: k}}}]\n`,
  )
  writeFileSync(
    join(app, 'manifest.yml'),
    `applications: [{name: a, env: {P: ${word}}, buildpacks: ["https://u:${word}@127.0.0.1:1/b.zip", sidecar_buildpack]}]\n`,
  )
  writeFileSync(join(app, 'services.json'), JSON.stringify({ l: [{ name: 's', credentials: { k: word } }] }))
  writeFileSync(join(app, 'broken.json'), `{"l": [{"name": "s", "credentials": {"k": ${word}}}]}`)
  const env = {
    ...process.env,
    https_proxy: `http://u:${word}@127.0.0.1:1`,
    SIDECARS_CREDENTIALS: JSON.stringify({ [`u:${word}@h`]: word }),
  }
  for (const argv of [
    ['validate', '.'],
    ['validate', '.', '--json'],
    ['validate', '.', '--services', 'services.json', '--env', `P=${word}`],
    ['validate', '.', '--services', 'broken.json'],
    ['plan', '.'],
    ['plan', '.', '--json'],
    ['stage', '.', '-b', 'sidecar', '-o', 'out', '--no-container', '--services', 'services.json'],
    ['stage', '.', '-b', 'sidecar', '-o', 'out', '--no-container', '--services', 'services.json', '--json'],
    ['run', '.', '-b', 'nothing', '--no-container', '--services', 'broken.json'],
    ['vendor', '.'],
  ]) {
    const { stdout, stderr } = spawnSync(process.execPath, [CLI, ...argv], {
      cwd: app,
      env,
      encoding: 'utf8',
    })
    expect(stdout + stderr, argv.join(' ')).not.toContain(word)
  }
  const result = readFileSync(join(app, 'out', 'result.json'), 'utf8')
  expect(result).not.toContain(word)
})

/** The command lines of all processes, watched until `stop`. */
function watchTitles(): { readonly stop: () => readonly string[] } {
  const found = new Set<string>()
  const look = () => {
    for (const { pid } of allProcesses()) found.add(commandLine(pid))
  }
  const timer = setInterval(look, 2)
  return {
    stop: () => {
      clearInterval(timer)
      return [...found]
    },
  }
}

test.each(['', '--no-container'])(
  'a secret is in no process title, while an app is staged and runs %s',
  async (option) => {
    const options = option === '' ? [] : [option]
    const place = new Workplace()
    try {
      const word = 'S3CR3Ttitle'
      const app = join(place.folder, 'app')
      mkdirSync(app)
      const files = {
        agent: '#!/bin/bash\n[ "$P$K" = S3CR3TtitleS3CR3Ttitle ] && echo "has both"\nsleep 100.25\n',
        'sidecars.yml': `sidecars:
  - name: agent
    memory: 8M
    source: {path: agent}
    env: {P: ${word}, K: {service: s, credential: k}}
    app_env: {Q: ${word}}
    restart: always
processes: {web: 'echo "app has $Q"; sleep 100'}
`,
        'services.json': JSON.stringify({ l: [{ name: 's', credentials: { k: word } }] }),
        'fetched/sidecars.yml': `sidecars: [{name: a, source: {uri: "http://u:${word}@127.0.0.1:1/x.tgz", sha256: ${'0'.repeat(64)}}}]\n`,
      }
      for (const [path, text] of Object.entries(files)) {
        mkdirSync(join(app, path, '..'), { recursive: true })
        writeFileSync(join(app, path), text, { mode: 0o755 })
      }
      const services = ['--services', join(app, 'services.json')]
      const titles = watchTitles()
      const droplet = await place.stage(app, ...services, ...options)
      await expect(place.stage(join(app, 'fetched'), ...options)).rejects.toThrow('127.0.0.1')
      const run = place.run([droplet, '--port', `${await freePort()}`, ...services, ...options])
      await run.line('OUT has both')
      await run.line(`OUT app has ${word}`)
      await run.end()
      const seen = titles.stop()
      expect(seen).toContain('sleep 100.25')
      expect(seen.filter((title) => title.includes(word))).toEqual([])
    } finally {
      await place.end()
    }
  },
)
