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
    '-Dx=-jar',
    '-jars',
    '--module-path=x',
    '-Xms0',
    '-Xmn1k',
  ])('may be %s', (option) => expect(optionFault([option])).toBeUndefined())

  const size = (shown: string, option: string) => ({
    what: `${shown} has no valid size`,
    instead: `use for example ${option}256m`,
  })
  const NO_OPTION = {
    what: 'this is not a JVM option: the JVM would treat it as the main class',
    instead: 'write options that begin with -, each as a separate entry',
  }
  const LINE_BREAK = { what: 'a JVM option must not contain a line break', instead: 'write it on one line' }
  it.each([
    ['-Xmx', size('-Xmx', '-Xmx')],
    ['-Xmx1.5G', size('-Xmx1.5G', '-Xmx')],
    ['-Xss1MB', size('-Xss1MB', '-Xss')],
    ['-Xmx 512m', size('-Xmx 512m', '-Xmx')],
    ['-Xmx512m ', size('-Xmx512m ', '-Xmx')],
    ['-Xmx99999999999999999999', size('-Xmx99999999999999999999', '-Xmx')],
    ['-Xms', size('-Xms', '-Xms')],
    ['-Xmnx', size('-Xmnx', '-Xmn')],
    ['-XX:MetaspaceSize=x', size('-XX:MetaspaceSize=…', '-XX:MetaspaceSize=')],
    ['-XX:MaxMetaspaceSize=', size('-XX:MaxMetaspaceSize=…', '-XX:MaxMetaspaceSize=')],
    ['feature=on', NO_OPTION],
    ['', NO_OPTION],
    ['-Dx=a\nb', LINE_BREAK],
    ['-Dx=a\rb', LINE_BREAK],
    ['-Dx=a\0b', LINE_BREAK],
  ])('is refused: %j', (option, fault) => expect(optionFault([option])).toEqual(fault))

  it.each([
    '-jar',
    '-cp',
    '-classpath',
    '--class-path',
    '--class-path=x:y',
    '-m',
    '--module',
    '--module=x/y',
    '-version',
    '--version',
    '-help',
    '-?',
    '-h',
  ])('is refused because it chooses what runs: %s', (option) => {
    expect(optionFault([option])).toEqual({
      what: `${option} changes what the app's JVM runs`,
      instead: 'remove it; put jars under java.libraries',
    })
  })

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
