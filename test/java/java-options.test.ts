import { describe, expect, it } from 'vitest'
import type { EnvName } from '../../src/config/sidecar.ts'
import { optionFault } from '../../src/java/java-options.ts'

describe('an option in java.options', () => {
  it.each([
    '-Dfeature=on',
    '-Xmx512m',
    '-XX:MaxMetaspaceSize=128M',
    '-XX:+UseG1GC',
    '--add-opens=a/b=c',
    '-Dx=a b',
  ])('may be %s', (option) => expect(optionFault([option])).toBeUndefined())

  it.each([
    ['-Xmx', /no valid size/],
    ['-Xmx1.5G', /no valid size/],
    ['-Xss1MB', /no valid size/],
    ['-XX:MaxMetaspaceSize=', /no valid size/],
    ['-Xmx 512m', /no valid size/],
    ['feature=on', /not a JVM option/],
    ['', /not a JVM option/],
    ['-jar', /changes what the app's JVM runs/],
    ['-cp', /changes/],
    ['-Dx=a\nb', /line break/],
    ['-Dx=a\rb', /line break/],
  ])('is refused: %j', (option, what) => expect(optionFault([option])?.what).toMatch(what))

  it('may have variables, whose values are not known', () => {
    const size = { variable: 'SIZE' as EnvName, place: { file: 'x', line: 1, column: 1 } }
    for (const option of [['-Xmx', size], ['-Dx=', size], [size], [size, '-x']])
      expect(optionFault(option), JSON.stringify(option)).toBeUndefined()
    expect(optionFault(['feature=', size])?.what).toMatch(/not a JVM option/)
    expect(optionFault([size, '\n'])?.what).toMatch(/line break/)
  })

  it('is not shown with its value', () => {
    expect(JSON.stringify(optionFault(['key=s3cret']))).not.toContain('s3cret')
  })
})
