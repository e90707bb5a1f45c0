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

  it.each([
    ['OPEN_JDK', 'OpenJdkJRE', 8, 17],
    ['SAP_MACHINE', 'SapMachineJRE', 11, 21],
    ['ZULU', 'ZuluJRE', 8, 11],
    ['GRAAL_VM', 'GraalVmJRE', 17, 17],
    ['IBM', 'IbmJRE', 8, 17],
    ['ORACLE', 'OracleJRE', 8, 17],
    ['ZING', 'ZingJRE', 8, 17],
  ])('know the default Java version of %s, and that of its configuration', (name, component, of4, of5) => {
    const versions = (configuration: string) => {
      const JBP_CONFIG_COMPONENTS = `{jres: ["JavaBuildpack::Jre::${component}"]}`
      const { jres } = readJavaSettings({ JBP_CONFIG_COMPONENTS, [`JBP_CONFIG_${name}_JRE`]: configuration })
      return [jres[4].javaVersion, jres[5].javaVersion]
    }
    expect(versions('{memory_calculator: {stack_threads: 5}}')).toEqual([of4, of5])
    expect(versions('{jre: {version: 25.+}}')).toEqual([25, 25])
  })

  it.each([
    ['5', 5],
    ['999', 999],
    ['17.0.2', 17],
    ['1.8.0_+', 8],
    ['4', 17],
    ['1000', 17],
    ['java21', 17],
    ['', 17],
  ])('take from the version %j the major one', (version, major) => {
    expect(readJavaSettings({ BP_JAVA_VERSION: version }).jres[5].javaVersion).toBe(major)
    expect(
      readJavaSettings({ JBP_CONFIG_OPEN_JDK_JRE: `{jre: {version:  '${version}'}}` }).jres[5],
    ).toMatchObject({
      javaVersion: major,
      isVersionGiven: major !== 17 || version.startsWith('17'),
    })
  })

  it.each(['0', '-1', '1.5', '"5"', 'many', '~'])(
    'ignore the figure %s of the memory calculator',
    (figure) => {
      const text = `{memory_calculator: {stack_threads: ${figure}, class_count: ${figure}, headroom: ${figure}}}`
      const { jres } = readJavaSettings({ JBP_CONFIG_OPEN_JDK_JRE: text })
      expect(jres[4]).toEqual({ javaVersion: 8, isVersionGiven: false, threadCount: 250, headRoom: 0 })
    },
  )

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

  it('ignore a main class and options that are not strings', () => {
    for (const name of ['5', '""', '~'])
      expect(readJavaSettings({ JBP_CONFIG_JAVA_MAIN: `{java_main_class: ${name}}` })).not.toHaveProperty(
        'mainClass',
      )
    const JBP_CONFIG_JAVA_OPTS = '{java_opts: [5, -Da=b, {c: d}]}'
    expect(readJavaSettings({ JBP_CONFIG_JAVA_OPTS }).configuredOptions).toBe('-Da=b')
  })
})
