/**
 * The settings of an app's JVM in its environment, as the Java buildpacks read them: `BP_JAVA_VERSION`, `JBP_CONFIG_*_JRE`,
 * `JBP_CONFIG_JAVA_OPTS`, `JBP_CONFIG_JAVA_MAIN`, `JAVA_OPTS`.
 * 5.x: https://github.com/cloudfoundry/java-buildpack, src/java/jres/{jre,memory_calculator}.go and manifest.yml.
 * 4.x: the tag v4.77.0, lib/java_buildpack/jre/open_jdk_like_memory_calculator.rb and config/*_jre.yml.
 */
import { load } from 'js-yaml'
import { attempt } from '../system/attempt.ts'
import type { Environment } from '../system/environment.ts'
import type { JavaBuildpack } from './calculators/calculator.ts'

export interface JavaSettings {
  /** For each Java buildpack: they read different variables and have different defaults. */
  readonly jres: Readonly<Record<JavaBuildpack, JreSettings>>
  /** Whether an exported `JAVA_OPTS` reaches the JVM. */
  readonly optionsFromEnvironment: boolean
  /** Options of `JBP_CONFIG_JAVA_OPTS`: before those of the environment. */
  readonly configuredOptions: string
  /** The user's own `JAVA_OPTS`. */
  readonly ownOptions: string
  /** A main class set by the user: the app is a Java app regardless of its files. */
  readonly mainClass?: string
}

interface JreSettings {
  /** Major version: that of the environment, else the buildpack's default. */
  readonly javaVersion: number
  readonly isVersionGiven: boolean
  readonly threadCount: number
  /** Whole percent. */
  readonly headRoom: number
  /** Absent: the app's classes are counted. */
  readonly classCount?: number
}

interface Jre {
  readonly name: string
  readonly component: string
  readonly defaults: JavaVersions
}

const OPEN_JDK: Jre = { name: 'OPEN_JDK', component: 'OpenJdkJRE', defaults: { 4: 8, 5: 17 } }

/** The JREs with the default Java version of each buildpack. */
const JRES: readonly Jre[] = [
  OPEN_JDK,
  { name: 'SAP_MACHINE', component: 'SapMachineJRE', defaults: { 4: 11, 5: 21 } },
  { name: 'ZULU', component: 'ZuluJRE', defaults: { 4: 8, 5: 11 } },
  { name: 'GRAAL_VM', component: 'GraalVmJRE', defaults: { 4: 17, 5: 17 } },
  { name: 'IBM', component: 'IbmJRE', defaults: { 4: 8, 5: 17 } },
  { name: 'ORACLE', component: 'OracleJRE', defaults: { 4: 8, 5: 17 } },
  { name: 'ZING', component: 'ZingJRE', defaults: { 4: 8, 5: 17 } },
]
type JavaVersions = Readonly<Record<JavaBuildpack, number>>
const THREADS = 250

/** Reports no problems: the buildpacks ignore invalid values with a warning. */
export function readJavaSettings(env: Environment): JavaSettings {
  const options = mapping(yaml(env.JBP_CONFIG_JAVA_OPTS))
  const mainClass = mapping(yaml(env.JBP_CONFIG_JAVA_MAIN)).java_main_class
  return {
    jres: { 4: jreOf4(env), 5: jreOf5(env) },
    ...(typeof mainClass === 'string' && mainClass && { mainClass }),
    optionsFromEnvironment: options.from_environment !== false,
    configuredOptions: [options.java_opts].flat().filter(isText).join(' '),
    ownOptions: env.JAVA_OPTS ?? '',
  }
}

/**
 * The Java version that the environment chooses, if any.
 *
 * @param buildpack absent: the highest version of all of them
 */
export function chosenJavaVersion({ jres }: JavaSettings, buildpack?: JavaBuildpack): number | undefined {
  const chosen = (buildpack ? [jres[buildpack]] : Object.values(jres)).filter((each) => each.isVersionGiven)
  return chosen.length > 0 ? Math.max(...chosen.map((each) => each.javaVersion)) : undefined
}

/** 4.x uses the JRE in its components, and reads the configuration of that JRE. */
function jreOf4(env: Environment): JreSettings {
  const components = env.JBP_CONFIG_COMPONENTS ?? ''
  const jre = JRES.find(({ component }) => components.includes(`::${component}`)) ?? OPEN_JDK
  const text = env[`JBP_CONFIG_${jre.name}_JRE`]
  const version = majorVersion(versionOf(text))
  return {
    javaVersion: version ?? jre.defaults[4],
    isVersionGiven: version !== undefined,
    ...calculatorSettings(text),
  }
}

/** 5.x uses the JRE that has a configuration; simpler variables override it. */
function jreOf5(env: Environment): JreSettings {
  const jre = JRES.find(({ name }) => env[`JBP_CONFIG_${name}_JRE`]) ?? OPEN_JDK
  const text = env[`JBP_CONFIG_${jre.name}_JRE`]
  const version = majorVersion(env.BP_JAVA_VERSION) ?? majorVersion(versionOf(text))
  const configured = calculatorSettings(text)
  return {
    ...configured,
    javaVersion: version ?? jre.defaults[5],
    isVersionGiven: version !== undefined,
    threadCount: integer(env.MEMORY_CALCULATOR_STACK_THREADS) ?? configured.threadCount,
    headRoom: Math.max(0, integer(env.MEMORY_CALCULATOR_HEADROOM) ?? configured.headRoom),
  }
}

function calculatorSettings(
  jre: string | undefined,
): Pick<JreSettings, 'threadCount' | 'headRoom' | 'classCount'> {
  const calculator = mapping(mapping(yaml(jre)).memory_calculator)
  const classCount = positive(calculator.class_count)
  return {
    threadCount: positive(calculator.stack_threads) ?? THREADS,
    headRoom: positive(calculator.headroom) ?? 0,
    ...(classCount !== undefined && { classCount }),
  }
}

/** `1.8.0_+` is 8, `17.+` is 17. */
function majorVersion(text: string | undefined): number | undefined {
  const match = /^(?:1\.)?(\d+)/.exec(text ?? '')
  const major = Number(match?.[1])
  return major >= 5 && major < 1000 ? major : undefined
}

const versionOf = (jre: string | undefined) => /version:\s*['"]?([\d][\d.*+_]*)/.exec(jre ?? '')?.[1]

const positive = (value: unknown) =>
  typeof value === 'number' && Number.isInteger(value) && value > 0 ? value : undefined

/** A string that the buildpack accepts as a number, even if the calculator rejects it later. */
const integer = (text: string | undefined) => (/^[+-]?\d+$/.test(text ?? '') ? Number(text) : undefined)

const isText = (value: unknown): value is string => typeof value === 'string'

/** A mapping; the older form, a list of mappings, becomes one; anything else is empty. */
function mapping(value: unknown): Readonly<Record<string, unknown>> {
  if (Array.isArray(value)) return Object.assign({}, ...value.map(mapping))
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}

function yaml(text: string | undefined): unknown {
  return attempt(() => {
    const value = load(text ?? '')
    return typeof value === 'string' ? load(value) : value
  })
}
