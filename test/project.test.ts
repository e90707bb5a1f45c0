import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import Ajv from 'ajv/dist/2020.js'
import { load } from 'js-yaml'
import { describe, expect, it } from 'vitest'
import { readIdentity } from '../src/buildpack/identity.ts'
import { APP_PLACES } from '../src/config/locate.ts'
import { jsonSchema } from '../src/config/sidecars-yml.ts'
import { LOADED_SHARE } from '../src/java/loaded-classes.ts'
import { OPEN_FILES, PROCESSES } from '../src/platform/container.ts'
import {
  DEFAULT_CHECK_INTERVAL,
  DEFAULT_INVOCATION_TIMEOUT,
  DEFAULT_MEMORY,
  DEFAULT_START_TIMEOUT,
  MOST_BYTES_OF_ARGUMENT,
  MOST_CHARACTERS_OF_COMMAND,
  MOST_CHARACTERS_OF_NAME,
} from '../src/platform/limits.ts'

const root = join(import.meta.dirname, '..')
const grouped = (figure: number) => figure.toLocaleString('en')
const text = (file: string) => readFileSync(join(root, file), 'utf8')

describe('values that are written twice are equal', () => {
  it('the version in package.json, its lock file and buildpack.toml', () => {
    const { version } = readIdentity(root)
    expect(JSON.parse(text('package.json')).version).toBe(version)
    expect(JSON.parse(text('package-lock.json')).version).toBe(version)
  })

  it('the places where bin/detect and the reader look for sidecars.yml', () => {
    const inShell = [...text('bin/detect').matchAll(/[\w./-]*sidecars\.yml/g)].map(([place]) => place)
    expect(new Set(APP_PLACES)).toEqual(new Set(inShell.filter((place) => !place.startsWith('/'))))
  })

  it('the figures of the platform in src and in docs/explanation/platform.md', () => {
    const page = text('docs/explanation/platform.md')
    const rows = [
      `| name of a sidecar, process type | 1 to ${MOST_CHARACTERS_OF_NAME} characters (code points) |`,
      `| command | 1 to ${MOST_CHARACTERS_OF_COMMAND} characters |`,
      `| memory of a process or task without one | ${DEFAULT_MEMORY.bytes / 1024 ** 2} MiB |`,
      `| ${DEFAULT_START_TIMEOUT} s, ${DEFAULT_INVOCATION_TIMEOUT} s, ${DEFAULT_CHECK_INTERVAL} s |`,
      `| open files, processes | ${grouped(OPEN_FILES)}, ${grouped(PROCESSES)} |`,
      `| one argument, one \`NAME=value\` | ${grouped(MOST_BYTES_OF_ARGUMENT)} bytes (Linux) |`,
      `| share that is loaded | ${LOADED_SHARE}, rounded up | ${LOADED_SHARE}, rounded down |`,
    ]
    expect(rows.filter((row) => !page.includes(row))).toEqual([])
  })
})

describe('the lock file', () => {
  it('holds no registry addresses', () => {
    expect(text('package-lock.json')).not.toMatch(/"resolved"/)
  })
})

describe('the JSON Schema', () => {
  const validate = new Ajv({ allowUnionTypes: true }).compile(jsonSchema())

  it('takes the sidecars.yml of the README and refuses a typo and a wrong type', () => {
    const example =
      /```yaml\nsidecars:\n[\s\S]*?```/.exec(text('README.md'))?.[0].replace(/```(yaml)?/g, '') ?? ''
    expect(validate(load(example))).toBe(true)
    expect(validate({ sidecars: [{ name: 'a', comand: 'x' }] })).toBe(false)
    expect(validate({ sidecars: [{ name: 'a', command: 'x', process_types: 'web' }] })).toBe(false)
  })

  it('is what the command line prints', () => {
    const printed = execFileSync(process.execPath, [join(root, 'bin/sidecar-buildpack'), 'schema'], {
      encoding: 'utf8',
    })
    expect(JSON.parse(printed)).toEqual(jsonSchema())
  })
})
