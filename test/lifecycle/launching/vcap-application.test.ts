import { describe, expect, it } from 'vitest'
import { completeVcapApplication } from '../../../src/lifecycle/launching/launch.ts'

const completed = (env: Readonly<Record<string, string>>, given = '{}') =>
  JSON.parse(completeVcapApplication(given, env) ?? 'null')

it('gets the host, the instance and the port of the process, with sorted keys', () => {
  const env = { INSTANCE_GUID: 'a-b', INSTANCE_INDEX: '2', PORT: '8080' }
  expect(completeVcapApplication('{"name":"x","port":1,"host":"y"}', env)).toBe(
    '{"host":"0.0.0.0","instance_id":"a-b","instance_index":2,"name":"x","port":8080}',
  )
})

it('has an empty instance_id and no port without their variables', () => {
  expect(completed({})).toEqual({ host: '0.0.0.0', instance_id: '' })
})

describe('a port', () => {
  it.each([
    ['+80', '80'],
    ['-1', '-1'],
    ['080', '80'],
    ['9223372036854775807', '9223372036854775807'],
  ])('%s is the number %s', (PORT, port) => {
    expect(completeVcapApplication('{}', { PORT })).toContain(`"port":${port}}`)
  })

  it.each(['', ' 80', '80 ', 'x80', '80x', '8.0', '+', '9223372036854775808'])(
    '"%s" is not there',
    (PORT) => {
      expect(completed({ PORT })).not.toHaveProperty('port')
    },
  )
})

it.each(['{', '[1]', '"x"', '5', 'true'])('is unchanged if it is not a JSON object: %s', (given) => {
  expect(completeVcapApplication(given, { PORT: '80' })).toBe(given)
})

it('is nothing for null, with which the launcher crashes', () => {
  expect(completeVcapApplication('null', {})).toBeUndefined()
})
