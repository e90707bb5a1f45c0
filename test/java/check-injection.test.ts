import { describe, expect, it } from 'vitest'
import { jar, manifest } from '../support/jars.ts'
import { check, mainApp } from '../support/java/checked-app.ts'

const files = {
  ...mainApp,
  'x/agent.jar': jar({ 'META-INF/MANIFEST.MF': manifest('Premain-Class: A'), 'A.class': 'x' }),
}
const agent = (options = '') => `agents: [{source: {path: x/agent.jar}${options}}]`
const problemsOf = async (java: string, env = {}) =>
  (await check(`java: {${java}}\n`, { files, env })).problems

describe('agents and options', () => {
  it('that prevent the start of the JVM are refused, all of them in one run', async () => {
    expect(await problemsOf(`options: [-Xmx, feature, "-Da=\\n"], ${agent(', options: "a\\nb"')}`)).toEqual([
      'sidecars.yml:1:18: -Xmx has no valid size; use for example -Xmx256m',
      'sidecars.yml:1:24: this is not a JVM option: the JVM would treat it as the main class; write options that begin with -, each as a separate entry',
      'sidecars.yml:1:33: a JVM option must not contain a line break; write it on one line',
      'sidecars.yml:1:53: a JVM option must not contain a line break; write it on one line',
    ])
  })

  const NOT_REACHED =
    'JBP_CONFIG_JAVA_OPTS has from_environment: false, so agents and options do not reach the JVM; set from_environment: true, the default'
  it('cannot reach the JVM without the options of the environment', async () => {
    const env = { JBP_CONFIG_JAVA_OPTS: '{from_environment: false}' }
    expect(await problemsOf('options: [-Dx=y, -Da=b]', env)).toEqual([`sidecars.yml:1:18: ${NOT_REACHED}`])
    expect(await problemsOf(`options: [-Dx=y], ${agent()}`, env)).toEqual([
      `sidecars.yml:1:35: ${NOT_REACHED}`,
    ])
    expect(await problemsOf('libraries: [{source: {path: x/agent.jar}}]', env)).toEqual([])
  })

  it('that are valid cause no problem', async () => {
    expect(await problemsOf(`options: [-Dx=y], ${agent(', options: a=b')}`)).toEqual([])
    expect(await problemsOf(agent())).toEqual([])
  })
})
