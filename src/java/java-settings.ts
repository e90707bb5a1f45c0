/**
 * What an app's environment tells the Java buildpacks about its JVM: `BP_JAVA_VERSION`, `JBP_CONFIG_*_JRE`,
 * `JBP_CONFIG_JAVA_OPTS`, `JBP_CONFIG_JAVA_MAIN`, `JAVA_OPTS`.
 * https://github.com/cloudfoundry/java-buildpack/tree/main/docs
 */
import { load } from 'js-yaml'

export type Environment = Readonly<Record<string, string | undefined>>

export interface JavaSettings {
  /** Major version of the JRE; absent when the buildpack's default decides. */
  readonly javaVersion?: number
  readonly threadCount: number
  /** Whole percent. */
  readonly headRoom: number
  /** Absent: the app's classes are counted. */
  readonly classCount?: number
  /** Whether an exported `JAVA_OPTS` reaches the JVM. */
  readonly optionsFromEnvironment: boolean
  /** Options of `JBP_CONFIG_JAVA_OPTS`: before those of the environment. */
  readonly configuredOptions: string
  /** The user's own `JAVA_OPTS`. */
  readonly ownOptions: string
  /** A main class that the user names: the app is a Java app whatever its files are. */
  readonly mainClass?: string
}

const JRE_CONFIGURATIONS = ['OPEN_JDK', 'SAP_MACHINE', 'ZULU', 'GRAAL_VM', 'IBM', 'ORACLE', 'ZING'].map(
  (jre) => `JBP_CONFIG_${jre}_JRE`,
)
const THREADS = 250

/** Never refuses: what the buildpack cannot read it ignores with a warning of its own. */
export function readJavaSettings(env: Environment): JavaSettings {
  const jre = JRE_CONFIGURATIONS.map((name) => env[name]).find((text) => text)
  const calculator = mapping(mapping(yaml(jre)).memory_calculator)
  const options = mapping(yaml(env.JBP_CONFIG_JAVA_OPTS))
  const javaVersion = majorVersion(env.BP_JAVA_VERSION) ?? majorVersion(versionOf(jre))
  const classCount = positive(calculator.class_count)
  const mainClass = mapping(yaml(env.JBP_CONFIG_JAVA_MAIN)).java_main_class
  return {
    ...(javaVersion !== undefined && { javaVersion }),
    ...(classCount !== undefined && { classCount }),
    ...(typeof mainClass === 'string' && mainClass && { mainClass }),
    threadCount:
      integer(env.MEMORY_CALCULATOR_STACK_THREADS) ?? positive(calculator.stack_threads) ?? THREADS,
    headRoom: Math.max(0, integer(env.MEMORY_CALCULATOR_HEADROOM) ?? positive(calculator.headroom) ?? 0),
    optionsFromEnvironment: options.from_environment !== false,
    configuredOptions: [options.java_opts].flat().filter(isText).join(' '),
    ownOptions: env.JAVA_OPTS ?? '',
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

/** A text as the buildpack takes one for a number, whatever the calculator says of it later. */
const integer = (text: string | undefined) => (/^[+-]?\d+$/.test(text ?? '') ? Number(text) : undefined)

const isText = (value: unknown): value is string => typeof value === 'string'

/** A mapping; the older form, a list of mappings, becomes one; anything else is empty. */
function mapping(value: unknown): Readonly<Record<string, unknown>> {
  if (Array.isArray(value)) return Object.assign({}, ...value.map(mapping))
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}

function yaml(text: string | undefined): unknown {
  if (!text) return undefined
  try {
    const value = load(text)
    return typeof value === 'string' ? load(value) : value
  } catch {
    return undefined
  }
}
