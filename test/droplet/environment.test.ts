import { describe, expect, it } from 'vitest'
import { exportLines, exportOnceLines, needServices } from '../../src/droplet/environment.ts'
import { credential, env, literal, text } from '../support/shell-droplet.ts'
import { exportedBy } from './exported-by.ts'

/** Prints the values, and what it is asked for as a message. */
const credentials = (...values: string[]) =>
  `VALUES=(${values.map((each) => `'${each}'`).join(' ')})
__sidecar_credentials() { printf '<%s>' "$@" >&2; printf '%s\\0' "\${VALUES[@]}"; }`
const SIDECAR = `'"an agent"'`

describe('env of a sidecar', () => {
  it('is exported in its order, each value with those before it', () => {
    const entries = env({ A: text('x$PORT'), B: text('$A-$A'), C: literal('$A `id`'), D: text('$NONE') })
    const { env: exported, stderr } = exportedBy(exportLines([...entries], SIDECAR), {
      before: `PORT=8080; ${credentials()}`,
    })
    expect(exported).toMatchObject({ A: 'x8080', B: 'x8080-x8080', C: '$A `id`', D: '' })
    expect(stderr).toBe('')
  })

  const OPTIONAL = env({
    KEY: credential('db', 'password'),
    SAME: text('$KEY!'),
    AGAIN: credential('db', 'password'),
    ALL: credential(['one', 'two*']),
    MAYBE: credential("it's", 'key', 'no $KEY'),
  })

  it.each([
    ['=found', 'found'],
    ['=', ''],
    ['', 'no secret'],
  ])('has the credentials of bound services, asked for once, and %j as %j', (value, maybe) => {
    const { env: exported, stderr } = exportedBy(exportLines([...OPTIONAL], SIDECAR), {
      before: credentials('secret', '{"a":"b"}', value),
    })
    const found = { KEY: 'secret', SAME: 'secret!', AGAIN: 'secret', ALL: '{"a":"b"}', MAYBE: maybe }
    expect(exported).toMatchObject(found)
    expect(stderr).toBe(`<"an agent"><1><db><password><2><one><two*><><1?><it's><key>`)
  })

  it('ends the process if a credential is missing', () => {
    const { env: exported, status } = exportedBy(exportLines([...OPTIONAL], SIDECAR), {
      before: credentials('secret', '{}'),
    })
    expect({ exported, status }).toEqual({ exported: {}, status: 1 })
  })

  it('needs the services that are bound only with a credential', () => {
    expect(needServices(OPTIONAL)).toBe(true)
    expect(needServices(env({ A: text('$B') }))).toBe(false)
    expect(needServices([])).toBe(false)
  })
})

describe('app_env, sourced twice', () => {
  it.each([
    ['adds in front once', '/opt:$V', 'export V=/bin', '/opt:/bin'],
    ['adds at the end once', '$V:/opt', 'export V=/bin', '/bin:/opt'],
    ['adds around it once', '/a:$V:/b', 'export V=/bin', '/a:/bin:/b'],
    ['adds other variables once', '$W:$V', 'export V=/bin', 'w:/bin'],
    ['adds to an unset variable once', '/opt:$V', '', '/opt:'],
    ['leaves alone what is added already', '/opt:$V', 'export V=/opt:/bin', '/opt:/bin'],
    ['takes no text for a pattern', '[o]*:$V', 'export V=o:/bin', '[o]*:o:/bin'],
    ['exports a variable that was not', '$V', 'V=/bin', '/bin'],
    ['sets a value without it again', '/opt:$W', 'export V=/bin', '/opt:w'],
    ['adds each time where it stands twice', '$V$V', 'export V=v', 'vvvv'],
  ])('%s: %s', (_, value, before, V) => {
    const lines = exportOnceLines([...env({ V: text(value) })], SIDECAR)
    expect(exportedBy(lines, { before: `W=w\n${before}`, times: 2 })).toMatchObject({
      env: { V },
      stderr: '',
    })
  })

  it('has the credentials of bound services', () => {
    const lines = exportOnceLines([...env({ KEY: credential('db', 'key') })], SIDECAR)
    const { env: exported } = exportedBy(lines, { before: credentials('secret'), times: 2 })
    expect(exported.KEY).toBe('secret')
  })
})
