import { describe, expect, it } from 'vitest'
import { parseCfEnv } from '../../src/cli/cf-env.ts'
import { parseServices } from '../../src/cli/services-file.ts'

const PRINTED = `Getting env variables for app shop in org o / space s as admin...
OK

System-Provided:
VCAP_SERVICES: {
 "user-provided": [
  {
   "name": "apm",
   "credentials": {
    "key": "a: b"
   }
  }
 ]
}

VCAP_APPLICATION: {
 "application_name": "shop"
}

User-Provided:
GREETING: hello: there
LINES: first
second
NUMBER: 7
EMPTY: 

Running Environment Variable Groups:
http_proxy: nowhere

No staging env variables have been set
`

describe('what cf env prints', () => {
  it('has the services and the variables of the app, without those of the foundation', () => {
    const { services, userProvided } = parseCfEnv(PRINTED) ?? {}
    expect(JSON.parse(services ?? '')).toEqual({
      'user-provided': [{ name: 'apm', credentials: { key: 'a: b' } }],
    })
    expect([...(userProvided ?? [])]).toEqual([
      ['GREETING', 'hello: there'],
      ['LINES', 'first\nsecond'],
      ['NUMBER', '7'],
      ['EMPTY', ''],
    ])
  })

  it('may have no services and no variables', () => {
    const nothing = `Getting env variables for app shop in org o / space s as admin...
OK

System-Provided:
VCAP_SERVICES: {}

VCAP_APPLICATION: {
 "application_name": "shop"
}

No user-provided env variables have been set

No running env variables have been set

No staging env variables have been set
`
    expect(parseCfEnv(nothing)).toEqual({ services: '{}', userProvided: new Map() })
    expect(parseCfEnv('A=1\n')).toBeUndefined()
  })

  it('is refused when the JSON is nested too deeply to be written again', () => {
    const nested = `${'['.repeat(100_000)}${']'.repeat(100_000)}`
    const services = `{"x": [{"name": "db", "credentials": ${nested}}]}`
    expect(() => parseServices(services, 's.json')).toThrow('s.json: the JSON is nested too deeply')
  })

  it('is named as a form of --services where a file has neither', () => {
    expect(() => parseServices('web: ./run', 'Procfile')).toThrow(
      /^Procfile is not valid JSON; expected \{"label": .*, as in VCAP_SERVICES, or the output of cf env APP$/,
    )
  })

  it('is accepted by --services unchanged', () => {
    expect(parseServices(PRINTED, 'env.txt').names).toEqual(['apm'])
  })
})
