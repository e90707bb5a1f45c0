import { expect, it } from 'vitest'
import { describeSource } from '../../src/config/describe-source.ts'
import { sidecarWith } from './problems-of.ts'

it.each([
  ['{path: bin/x}', 'bin/x'],
  ['{deps: apt/opt}', 'apt/opt'],
  ['{dependency: x}', 'x'],
  ['{dependency: x, version: 1.x}', 'x 1.x'],
  [`{uri: "https://u:p@h/x?t=1", sha256: ${'a'.repeat(64)}}`, 'https://h/x'],
])('the source %s is described as %s', (source, description) => {
  const sidecar = sidecarWith(`source: ${source}`)
  expect(sidecar?.source && describeSource(sidecar.source)).toBe(description)
})
