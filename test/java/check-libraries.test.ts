import { describe, expect, it } from 'vitest'
import { classFile, jar, manifest } from '../support/jars.ts'
import { check, mainApp } from '../support/java/checked-app.ts'

const library = jar({ 'a.txt': 'x' })
const MAIN_JAR = jar({ 'META-INF/MANIFEST.MF': manifest('Main-Class: A'), 'A.class': classFile(17) })
const ofPaths = (...paths: readonly string[]) =>
  `java:\n  libraries: [${paths.map((path) => `{source: {path: ${path}}}`).join(', ')}]\n`
const ofUris = (...paths: readonly string[]) => {
  const sha256 = '0'.repeat(64)
  const libraries = paths.map((path) => `{source: {uri: "https://files.example/${path}", sha256: ${sha256}}}`)
  return `java:\n  libraries: [${libraries.join(', ')}]\n`
}
const SAME = (place: string, name: string) =>
  `sidecars.yml:2:${place}: two libraries have the file name ${name}, and the Java buildpack would use only one of them; rename one of the files`

describe('libraries', () => {
  it('with the same file name are an error', async () => {
    const files = { ...mainApp, 'a.jar': library, 'b/a.jar': library, 'b.jar': library }
    const { problems, severities } = await check(ofPaths('a.jar', 'b.jar', 'b/a.jar'), { files })
    expect(problems).toEqual([SAME('65', 'a.jar')])
    expect(severities).toEqual(['error'])
  })

  it('with the same file name by URI are an error as well', async () => {
    const { problems } = await check(ofUris('1/a%20b.jar?x=1', '2/b.jar', '3/a%20b.jar'))
    expect(problems).toEqual([SAME('271', 'a b.jar')])
  })

  it.each([
    ['', '?a'],
    ['%zz.jar', '1/%zz.jar'],
  ])('by URIs without a file name are not compared: %s', async (...uris) => {
    expect((await check(ofUris(...uris))).problems).toEqual([])
  })

  it.each([
    ['BOOT-INF', manifest('Start-Class: A')],
    ['WEB-INF', manifest()],
  ])('with the name of one in %s/lib cause a warning', async (folder, own) => {
    const files = { 'META-INF/MANIFEST.MF': own, [`${folder}/lib/a.jar`]: library, 'extra/a.jar': library }
    const { problems, severities } = await check(ofPaths('extra/a.jar'), { files })
    expect(problems).toEqual([
      `sidecars.yml:2:15: ${folder}/lib contains a.jar already: Java buildpack 5.x replaces it by the library, 4.x fails to stage the app; rename the library, or remove one of them`,
    ])
    expect(severities).toEqual(['warning'])
  })

  it('are not compared with directories of other kinds of apps', async () => {
    const files = { ...mainApp, 'BOOT-INF/lib/a.jar': library, 'a.jar': library }
    expect((await check(ofPaths('a.jar'), { files })).problems).toEqual([])
    expect((await check(ofPaths('a.jar'), { files: { 'a.jar': library } })).problems).toEqual([])
  })

  it('with other names than those in WEB-INF/lib cause no warning', async () => {
    const files = { 'META-INF/MANIFEST.MF': manifest(), 'WEB-INF/lib/b.jar': library, 'extra/a.jar': library }
    expect((await check(ofPaths('extra/a.jar'), { files })).problems).toEqual([])
  })

  it.each(['app.jar', 'spring-app.jar'])('cause a warning if java -jar %s ignores them', async (name) => {
    const files = { [name]: MAIN_JAR, 'extra/a.jar': library }
    const { problems, severities } = await check(ofPaths('extra/a.jar'), { files })
    expect(problems).toEqual([
      `sidecars.yml:2:15: the app is started with java -jar ${name}, which ignores the class path, so the libraries have no effect; push the jar itself, which is then unpacked: cf push -p ${name}`,
    ])
    expect(severities).toEqual(['warning'])
    expect((await check('java: {options: [-Dx=y]}', { files })).problems).toEqual([])
  })
})
