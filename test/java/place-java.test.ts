import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { Problems } from '../../src/config/problems.ts'
import { readConfiguration } from '../../src/config/read.ts'
import type { JavaLibrary } from '../../src/config/sidecar.ts'
import { placeJava } from '../../src/java/place-java.ts'
import { buildpackLog } from '../../src/log/log.ts'
import { type CheckedSource, checkSource } from '../../src/sources/index.ts'
import { classFile, folder, jar, manifest } from './jars.ts'

const agent = jar({ 'META-INF/MANIFEST.MF': manifest('Premain-Class: A'), 'A.class': classFile(17) })
const library = jar({ 'a.properties': 'x' })

async function placed(java: string, files: Readonly<Record<string, Buffer>>) {
  const appDir = folder({ ...files, 'sidecars.yml': `java:\n${java}` })
  const problems = new Problems()
  const { configuration } = readConfiguration({ appDir, env: {} }, problems)
  const checked = new Map<JavaLibrary, CheckedSource>()
  const log = buildpackLog(() => {}, false)
  const context = { appDir, buildpackDir: appDir, stack: undefined, env: {}, log, clock: () => new Date(0) }
  for (const each of [...configuration.java.agents, ...configuration.java.libraries]) {
    const request = { source: each.source, origin: each.origin, use: 'jar' as const, owner: 'java' }
    const source = await checkSource(request, context, problems)
    if (source) checked.set(each, source)
  }
  problems.throwIfErrors()
  const places = { depsDir: folder({}), index: '0', buildDir: '/home/vcap/app', javaVersion: 17 }
  return { places, ...(await placeJava(configuration.java, checked, places)) }
}

describe('jars for the JVM of the app', () => {
  it('lie in folders of their own below the deps folder, and are named by their paths there', async () => {
    const java = `
  agents: [{source: {path: "my agent.jar"}, options: "a=b c"}, {source: {path: b/agent.jar}}]
  libraries: [{source: {path: lib.jar}}]
  options: ["-Dx=y z"]
`
    const files = { 'my agent.jar': agent, 'b/agent.jar': agent, 'lib.jar': library }
    const { places, onApp, additionalLibraries } = await placed(java, files)
    expect(onApp).toEqual({
      agents: [
        { path: '0/java/agents/0/my\\ agent.jar', options: 'a=b\\ c' },
        { path: '0/java/agents/1/agent.jar' },
      ],
      classPath: ['0/java/libraries/0/lib.jar'],
      options: ['-Dx=y\\ z'],
    })
    expect(additionalLibraries).toEqual(['/home/vcap/deps/0/java/libraries/0/lib.jar'])
    expect(existsSync(join(places.depsDir, '0/java/agents/0/my agent.jar'))).toBe(true)
  })

  it('are none when none are asked for', async () => {
    expect(await placed('  options: []\n', {})).toMatchObject({ additionalLibraries: [] })
    expect((await placed('  options: []\n', {})).onApp).toBeUndefined()
  })

  it('are refused when an agent is none', async () => {
    await expect(placed('  agents: [{source: {path: lib.jar}}]\n', { 'lib.jar': library })).rejects.toThrow(
      /sidecars\.yml:2:.*lib\.jar has no META-INF/,
    )
  })

  it('are refused when two libraries would become one', async () => {
    const java = '  libraries: [{source: {path: lib.jar}}, {source: {path: other/lib.jar}}]\n'
    await expect(placed(java, { 'lib.jar': library, 'other/lib.jar': library })).rejects.toThrow(
      /two libraries have the file name lib\.jar/,
    )
  })
})
