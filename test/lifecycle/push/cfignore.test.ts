import { describe, expect, test } from 'vitest'
import { ignoredByPush } from '../../../src/lifecycle/push/cfignore.ts'

describe('what cf push leaves behind', () => {
  test.each([
    ['manifest.yml', true],
    ['deep/manifest.yml', true],
    ['manifest.yaml', true],
    ['manifest.yml.erb', false],
    ['.git/config', true],
    ['.gitignore', true],
    ['.cfignore', true],
    ['.gitattributes', false],
    ['src/_darcs/x', true],
    ['sidecars.yml', false],
  ])('of itself: %s → %s', (path, ignored) => expect(ignoredByPush()(path)).toBe(ignored))

  // The results are those of the CLI's library.
  test.each([
    ['*.log', 'a/b.log', true],
    ['*.log', 'a.log/inside', true],
    ['*.log', 'a.logs', false],
    ['build/', 'build/x', true],
    ['build/', 'sub/build/x', true],
    ['build/', 'build', false],
    ['/build', 'sub/build/x', false],
    ['/build', 'build', true],
    ['a/b', 'x/a/b', true],
    ['a/*.txt', 'x/a/b.txt', false],
    ['a/*.txt', 'a/b.txt', true],
    ['**/b/*.txt', 'x/y/b/c.txt', true],
    ['**/b', 'x/y/b/c.txt', true],
    ['/**/b', 'x/y/b', true],
    ['a/**/b', 'a/b', true],
    ['a/**/b', 'a/x/y/b', true],
    ['a/**', 'a/b/c', true],
    ['a/**', 'a', true],
    ['a?c', 'abc', false],
    ['a?c', 'a?c', true],
    ['[ab].txt', 'b.txt', true],
    ['[!ab].txt', 'b.txt', true],
    ['[^ab].txt', 'b.txt', false],
    ['a\\*', 'a*', true],
    ['a\\*', 'ab', false],
    ['a+', 'aa', true],
    ['*a*a*b', 'xaxaxb', true],
    ['*a*a*b', 'xaxb', false],
    ['*aba*ab*c', 'ababac', false],
    ['*aba*ab*c', 'abababc', true],
    ['*a*a/*b*c', 'x/aa/bc', true],
    ['*a*a/*b*c', 'x/a/abc', false],
    ['*.a*.*b', 'x.a..b', true],
    ['(a|b).c', 'b.c', true],
    ['c++\nx', 'c++', false],
    ['c++\nx', 'x', true],
    ['a(\nx', 'x', true],
    ['dist\\output\nx', 'distoutput', false],
    ['dist\\output\nx', 'x', true],
    ['a\\é', 'aé', false],
    ['# comment', '# comment', false],
    [' #a', 'a', true],
    ['\\#file', '#file', true],
    ['\\!file', '!file', true],
    ['!!a', 'a', false],
    ['a.b', 'axb', false],
    ['*.log\n!keep.log', 'keep.log', false],
    ['dir\n!dir/keep', 'dir/keep', false],
    ['dir\n!dir/keep', 'dir/other', true],
    ['!manifest.yml', 'manifest.yml', true],
    ['x.txt\r\ny.txt', 'x.txt', true],
    ['x.txt\r\r', 'x.txt', true],
    ['  x.txt  ', 'x.txt', true],
    ['x.txt\t', 'x.txt', false],
    ['x.txt \r ', 'x.txt', false],
    ['\ufeffx.txt', 'x.txt', false],
    ['a', 'a/Icon\r', true],
    ['a', 'a/b\nc', false],
    ['/', 'x', true],
    ['', 'x', false],
  ])('by .cfignore %j: %j → %s', (cfignore, path, ignored) =>
    expect(ignoredByPush(cfignore)(path)).toBe(ignored),
  )

  test.each([
    ['!manifest.yml', 'manifest.yml', false],
    ['build/', 'build/', true],
    ['build', 'build/', true],
  ])('by .cfignore %j in an archive: %s → %s', (cfignore, path, ignored) =>
    expect(ignoredByPush(cfignore, 'archive')(path)).toBe(ignored),
  )

  test('many * in one line take no time', () => {
    const start = performance.now()
    expect(ignoredByPush('*a*a*a*a*a*b')('a'.repeat(200))).toBe(false)
    expect(performance.now() - start).toBeLessThan(1000)
  })

  test.each([
    ['spaces', `a${' '.repeat(1_000_000)}b`],
    ['carriage returns', `a${'\r'.repeat(1_000_000)}b`],
    ['directories', 'a/'.repeat(500_000)],
  ])('a line of a million characters is refused at once: %s', (_, line) => {
    const start = performance.now()
    expect(() => ignoredByPush(`x\n${line}`)).toThrow(
      /^\.cfignore has a line of \d+ characters; use at most 4096$/,
    )
    expect(performance.now() - start).toBeLessThan(5000)
  })

  test.each([
    ['an ornament', `${'*'.repeat(40)} secret`],
    ['spaces', `secret${' '.repeat(100_000)}`],
    ['a comment', `#${'-'.repeat(100_000)}\nsecret`],
  ])('a long line needs no long time: %s', (_, line) => {
    const start = performance.now()
    expect(ignoredByPush(line)('some-directory-with-a-long-name/another-one-within')).toBe(false)
    expect(performance.now() - start).toBeLessThan(5000)
  })
})
