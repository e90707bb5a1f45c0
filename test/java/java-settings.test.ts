import { describe, expect, it } from 'vitest'
import { chosenJavaVersion, readJavaSettings } from '../../src/java/java-settings.ts'

describe('settings of the Java buildpacks', () => {
  it('are 250 threads and no head room unless the environment says otherwise', () => {
    const figures = { threadCount: 250, headRoom: 0, isVersionGiven: false }
    expect(readJavaSettings({})).toEqual({
      jres: { 4: { ...figures, javaVersion: 8 }, 5: { ...figures, javaVersion: 17 } },
      optionsFromEnvironment: true,
      configuredOptions: '',
      ownOptions: '',
    })
  })

  it.each([
    ['{ jre: { version: 11.+ } }', 11],
    ['{ jre: { version: 1.8.0_+ } }', 8],
    ['[ jre: { version: 21.+ } ]', 21],
    ['{ memory_calculator: { stack_threads: 5 } }', undefined],
    [': no yaml [', undefined],
  ])('take the JRE from %s', (text, version) => {
    const openJdk = readJavaSettings({ JBP_CONFIG_OPEN_JDK_JRE: text })
    expect(chosenJavaVersion(openJdk)).toBe(version)
    expect(openJdk.jres[4].javaVersion).toBe(version ?? 8)
    expect(openJdk.jres[5].javaVersion).toBe(version ?? 17)
    // 4.x takes another JRE only when its components name it.
    const sap = { JBP_CONFIG_SAP_MACHINE_JRE: text }
    expect(readJavaSettings(sap).jres[4].javaVersion).toBe(8)
    expect(readJavaSettings(sap).jres[5].javaVersion).toBe(version ?? 21)
    const components = { ...sap, JBP_CONFIG_COMPONENTS: '{jres: ["JavaBuildpack::Jre::SapMachineJRE"]}' }
    expect(readJavaSettings(components).jres[4].javaVersion).toBe(version ?? 11)
  })

  it('let BP_JAVA_VERSION win, which only 5.x reads', () => {
    const env = { BP_JAVA_VERSION: '25', JBP_CONFIG_OPEN_JDK_JRE: '{ jre: { version: 11.+ } }' }
    expect(readJavaSettings(env).jres[5].javaVersion).toBe(25)
    expect(readJavaSettings(env).jres[4].javaVersion).toBe(11)
    expect(chosenJavaVersion(readJavaSettings(env))).toBe(25)
    expect(chosenJavaVersion(readJavaSettings(env), 4)).toBe(11)
  })

  it('have figures for the memory calculator, of which the simpler variables win under 5.x', () => {
    const text = '{ memory_calculator: { stack_threads: 100, class_count: 900, headroom: 5 } }'
    const configured = { threadCount: 100, classCount: 900, headRoom: 5 }
    expect(readJavaSettings({ JBP_CONFIG_OPEN_JDK_JRE: text }).jres).toMatchObject({
      4: configured,
      5: configured,
    })
    const env = {
      JBP_CONFIG_OPEN_JDK_JRE: text,
      MEMORY_CALCULATOR_STACK_THREADS: '40',
      MEMORY_CALCULATOR_HEADROOM: '7',
    }
    expect(readJavaSettings(env).jres).toMatchObject({ 4: configured, 5: { threadCount: 40, headRoom: 7 } })
  })

  it.each([
    ['0', { threadCount: 0, headRoom: 0 }],
    ['-3', { threadCount: -3, headRoom: 0 }],
    ['+4', { threadCount: 4, headRoom: 4 }],
    ['4.0', { threadCount: 100, headRoom: 5 }],
    [' 4', { threadCount: 100, headRoom: 5 }],
    ['0x4', { threadCount: 100, headRoom: 5 }],
    ['', { threadCount: 100, headRoom: 5 }],
  ])('read the simpler variables as the buildpack does: "%s"', (text, figures) => {
    const env = {
      JBP_CONFIG_OPEN_JDK_JRE: '{ memory_calculator: { stack_threads: 100, headroom: 5 } }',
      MEMORY_CALCULATOR_STACK_THREADS: text,
      MEMORY_CALCULATOR_HEADROOM: text,
    }
    expect(readJavaSettings(env).jres[5]).toMatchObject(figures)
  })

  it.each([
    '{ from_environment: false, java_opts: ["-Xss2m", "-Da=b"] }',
    '[ from_environment: false, java_opts: "-Xss2m -Da=b" ]',
    '\'{ from_environment: false, java_opts: "-Xss2m -Da=b" }\'',
  ])('read JBP_CONFIG_JAVA_OPTS in the form %s', (text) => {
    expect(readJavaSettings({ JBP_CONFIG_JAVA_OPTS: text })).toMatchObject({
      optionsFromEnvironment: false,
      configuredOptions: '-Xss2m -Da=b',
    })
  })

  it('know the main class that the user names', () => {
    expect(readJavaSettings({ JBP_CONFIG_JAVA_MAIN: '{ java_main_class: org.acme.Main }' }).mainClass).toBe(
      'org.acme.Main',
    )
  })
})
