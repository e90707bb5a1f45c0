import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeEach, expect, it } from 'vitest'
import { ownFolder } from '../../../src/buildpack/own-folder.ts'
import { buildpackLog } from '../../../src/log/log.ts'
import { packageSummary } from '../../../src/packaging/package/summary.ts'
import { temporaryFolder } from '../../support/files.ts'

let maker: string
beforeEach(() => {
  maker = temporaryFolder()
  writeFileSync(join(maker, 'agent'), '#!/bin/sh\n')
})

function summary(files: Readonly<Record<string, string>>, more: { readonly stack?: string } = {}) {
  for (const [name, text] of Object.entries(files)) writeFileSync(join(maker, name), text)
  return packageSummary({
    root: ownFolder(),
    sidecars: maker,
    name: 'acme',
    sources: { stack: 'cflinuxfs4', env: {}, log: buildpackLog(() => {}, false), clock: () => new Date() },
    ...more,
  })
}

const entry = (version: string, stacks: string) =>
  `- {name: agent, version: ${version}, uri: 'https://host.test/a', sha256: ${'a'.repeat(64)}, cf_stacks: ${stacks}}\n`
const MANIFEST = `default_versions: [{name: agent, version: 1.x}, {name: missing, version: 2.x}]
dependencies:
${entry('1.10.0', '[cflinuxfs5, cflinuxfs4]')}${entry('1.9.0', '[cflinuxfs4]')}`

it('prints dependencies by stack and their default versions in the form of libbuildpack', async () => {
  const text = await summary({ 'sidecars.yml': 'sidecars: []\n', 'manifest.yml': MANIFEST })
  expect(text).toBe(`
Packaged binaries:

| name | version | cf_stacks |
|-|-|-|
| agent | 1.9.0 | cflinuxfs4 |
| agent | 1.10.0 | cflinuxfs4 |
| agent | 1.10.0 | cflinuxfs5 |

Default binary versions:

| name | version |
|-|-|
| agent | 1.x |
`)
})

it('leaves out dependencies of other stacks than --stack', async () => {
  const text = await summary(
    { 'sidecars.yml': 'sidecars: []\n', 'manifest.yml': MANIFEST },
    { stack: 'cflinuxfs5' },
  )
  expect(text).toContain('| agent | 1.10.0 | cflinuxfs5 |')
  expect(text).not.toContain('1.9.0')
})

it('prints each sidecar with its process types, memory and source, without credentials', async () => {
  const text = await summary({
    'sidecars.yml': `sidecars:
  - {name: a|b, memory: 64M, process_types: [web, worker], source: {path: agent}}
  - {name: far, source: {uri: "https://user:secret@host.test/x?t=1", sha256: ${'a'.repeat(64)}}}
`,
  })
  expect(text).toBe(`
Sidecars:

| name | process_types | memory | source |
|-|-|-|-|
| a\\|b | web, worker | 64M | agent |
| far | web |  | https://host.test/x |
`)
})

it('prints the agents and libraries of the JVM', async () => {
  const text = await summary({
    'sidecars.yml': `java:
  agents: [{source: {uri: "https://host.test/a.jar", sha256: ${'a'.repeat(64)}}}]
  libraries: [{source: {uri: "https://host.test/l.jar", sha256: ${'a'.repeat(64)}}}]
`,
  })
  expect(text).toBe(`
On the JVM of the app:

| kind | source |
|-|-|
| agent | https://host.test/a.jar |
| library | https://host.test/l.jar |
`)
})

it('reports problems of the configuration', async () => {
  await expect(summary({ 'sidecars.yml': 'sidecars: [{name: a, comand: x}]\n' })).rejects.toThrow('comand')
})
