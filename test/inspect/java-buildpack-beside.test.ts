import { join } from 'node:path'
import { expect, it } from 'vitest'
import { javaBuildpackBeside } from '../../src/inspect/buildpacks-beside.ts'
import { temporaryFolder } from '../support/files.ts'

const [own, other, third] = ['a', 'b', 'c'].map((letter) => letter.repeat(32))
const four = { [`${other}/bin/compile`]: 'x', [`${other}/lib/java_buildpack/buildpack.rb`]: 'x' }
const five = { [`${third}/bin/supply`]: 'x', [`${third}/manifest.yml`]: '---\nlanguage: java\n' }

it.each<[string, Record<string, string>, 4 | 5 | undefined]>([
  ['4.x, by its Ruby code', four, 4],
  ['5.x, by its manifest', five, 5],
  ['5.x in a folder around it all', { [`${third}/java/manifest.yml`]: 'language: "java"\n' }, 5],
  ['none', { [`${other}/manifest.yml`]: 'language: ruby\n' }, undefined],
  ['one of each', { ...four, ...five }, undefined],
])('the Java buildpack beside ours is known: %s', (_what, files, generation) => {
  const buildpacks = temporaryFolder({ [`${own}/bin/supply`]: 'x', ...files })
  expect(javaBuildpackBeside(join(buildpacks, own ?? ''))).toBe(generation)
})
