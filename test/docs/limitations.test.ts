import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'

const read = (path: string) => readFileSync(join(import.meta.dirname, '../..', path), 'utf8')

it('each limitation of sidecars is on the page, and has a test that runs an app', () => {
  const quoted = [...read('docs/explanation/limitations.md').matchAll(/^> (.*)$/gm)].map(([, text]) => text)
  const tested = [...read('test/cli/run-sidecar-life.test.ts').matchAll(/^describe\('(.*)', /gm)].map(
    ([, text]) => text,
  )
  expect(quoted).toHaveLength(4)
  expect(tested).toEqual(quoted)
})
