import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readIdentity } from '../../src/buildpack/identity.ts'
import { ROOT } from '../support/files.ts'
import { readPage } from '../support/markdown.ts'

const text = (path: string) => readFileSync(join(ROOT, path), 'utf8')

describe('README.md', () => {
  it('has fewer than 150 lines', () => {
    expect(text('README.md').split('\n').length).toBeLessThan(150)
  })

  it('shows the sidecars.yml of the app in its pictures', () => {
    const [first] = readPage('README.md').blocks
    expect(first?.text).toBe(text('fixtures/pictures/shop/sidecars.yml'))
    expect(first?.text.trimEnd().split('\n').length).toBeLessThanOrEqual(8)
  })

  it('has npm run demo and npm test as its first commands', () => {
    const commands = readPage('README.md')
      .blocks.find(({ language }) => language === 'sh')
      ?.text.split('\n')
    expect(commands?.map((line) => line.split(/ +#/)[0])).toEqual(['npm run demo', 'npm test', ''])
  })

  it('has a light and a dark form of each picture, with a description', () => {
    const pictures = [...text('README.md').matchAll(/<picture>([\s\S]*?)<\/picture>/g)].map(
      ([, content = '']) => content,
    )
    expect(pictures.length).toBeGreaterThan(1)
    for (const each of pictures) {
      const [, dark] = /srcset="(\S+)-dark\.svg"/.exec(each) ?? []
      expect(each).toContain(`src="${dark}-light.svg" alt="`)
      expect(text(`${dark}-dark.svg`)).toContain('<svg')
    }
  })
})

it('docs/how-to/install.md names the files of this version', () => {
  const { version } = readIdentity(ROOT)
  const named = [...text('docs/how-to/install.md').matchAll(/buildpack-v?(\d+\.\d+\.\d+)/g)].map(
    ([, each]) => each,
  )
  expect(new Set(named)).toEqual(new Set([version]))
})
