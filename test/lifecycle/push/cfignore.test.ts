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

  test.each([
    ['*.log', 'a/b.log', true],
    ['*.log', 'a.log/inside', true],
    ['*.log', 'a.logs', false],
    ['build/', 'build/x', true],
    ['build/', 'sub/build/x', true],
    ['/build', 'sub/build/x', false],
    ['/build', 'build', true],
    ['a/b', 'x/a/b', false],
    ['**/b/*.txt', 'x/y/b/c.txt', true],
    ['a/**', 'a/b/c', true],
    ['a/**', 'a', false],
    ['a?c', 'abc', true],
    ['a?c', 'a/c', false],
    ['[ab].txt', 'b.txt', true],
    ['[!ab].txt', 'b.txt', false],
    ['# comment', '# comment', false],
    ['\\#file', '#file', true],
    ['a.b', 'axb', false],
    ['*.log\n!keep.log', 'keep.log', false],
    ['dir\n!dir/keep', 'dir/keep', false],
    ['dir\n!dir/keep', 'dir/other', true],
    ['!manifest.yml', 'manifest.yml', false],
    ['x.txt\r\ny.txt', 'x.txt', true],
  ])('by .cfignore %j: %s → %s', (cfignore, path, ignored) =>
    expect(ignoredByPush(cfignore)(path)).toBe(ignored),
  )
})
