import { describe, expect, it } from 'vitest'
import { recogniseApp } from '../../../src/java/recognition/java-app.ts'
import type { Files } from '../../support/files.ts'
import { treeWith } from './tree.ts'

async function containers(files: Files) {
  const recognised = await recogniseApp(treeWith(files), undefined)
  return ([5, 4] as const).map((each) => {
    const found = recognised[each]
    return found.kind === 'container' ? found.container : found.kind
  })
}

const [GROOVY, CLI] = ['Groovy', 'Spring Boot CLI']

describe('a Groovy script', () => {
  it.each([
    ['println "hello"', GROOVY, GROOVY],
    ['class Alpha { int x }', CLI, CLI],
    ['class Alpha extends Beta\n{', CLI, CLI],
    ['class  Alpha {', CLI, GROOVY],
    ['class Alpha(b) {', GROOVY, GROOVY],
    ['classAlpha {', GROOVY, GROOVY],
    ['class A { static void main(x) {} }', GROOVY, GROOVY],
    ['class A { static  void main(x) {} }', GROOVY, CLI],
    ['class A { static\nvoid  main (x) {} }', GROOVY, CLI],
    ['class A { staticvoid main(x) {} }', CLI, CLI],
    ['class A { static voidmain(x) {} }', CLI, CLI],
    ['class A { static void main2(x) {} }', CLI, CLI],
    ['beans { a = 1 }', CLI, 'failure'],
    ['beans  { a = 1 }', CLI, 'failure'],
    ['beans{a = 1}', CLI, 'failure'],
    ['beansA { a = 1 }', GROOVY, GROOVY],
    ['#!/usr/bin/env groovy\nclass A { }', GROOVY, GROOVY],
    ['class Alpha { }\n#! no start', CLI, GROOVY],
    ['class AB {', CLI, CLI],
    ['class A {', GROOVY, CLI],
    ['class Alpha { \t\n\f\r\x1b }', CLI, CLI],
  ])('%j is for 5.x %s, for 4.x %s', async (text, ...expected) => {
    expect(await containers({ 'a.groovy': text })).toEqual(expected)
  })

  it.each(['\0', '\b', '\x0e', '\x1a', '\x1c', '\x1f', '\x7f'])(
    'is no part of the app for 5.x with %j: it is binary',
    async (binary) => {
      expect(await containers({ 'a.groovy': `class Alpha { ${binary} }` })).toEqual([GROOVY, CLI])
    },
  )

  it('of Logback is no part of the app for the Spring Boot CLI', async () => {
    const part = { 'a.groovy': 'class Alpha { int x }' }
    const logback = 'class Beta { static void main(x) {} }'
    expect(await containers({ ...part, 'x/ch/qos/logback/b.groovy': logback })).toEqual([CLI, 'failure'])
    expect(await containers({ ...part, 'x/logback/b.groovy': logback })).toEqual([GROOVY, GROOVY])
    expect(await containers({ 'ch/qos/logback/b.groovy': logback })).toEqual(['none', GROOVY])
  })
})
