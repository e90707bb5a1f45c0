import { describe, expect, it } from 'vitest'
import { optionFault } from '../../src/java/java-options.ts'

describe('an option in java.options', () => {
  it.each([
    '-Dfeature=on',
    '-Xmx512m',
    '-XX:MaxMetaspaceSize=128M',
    '-XX:+UseG1GC',
    '--add-opens=a/b=c',
    '-Dx=a b',
  ])('may be %s', (option) => expect(optionFault(option)).toBeUndefined())

  it.each([
    ['-Xmx', /no size/],
    ['-Xmx1.5G', /no size/],
    ['-Xss1MB', /no size/],
    ['-XX:MaxMetaspaceSize=', /no size/],
    ['-Xmx 512m', /no size/],
    ['feature=on', /no JVM option/],
    ['', /no JVM option/],
    ['-jar', /changes what the app's JVM runs/],
    ['-cp', /changes/],
    ['-Dx=a\nb', /line break/],
    ['-Dx=a\rb', /line break/],
  ])('is refused: %j', (option, what) => expect(optionFault(option)?.what).toMatch(what))

  it('is not shown with its value', () => {
    expect(JSON.stringify(optionFault('key=s3cret'))).not.toContain('s3cret')
  })
})
