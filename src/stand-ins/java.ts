import { quote } from '../droplet/shell-quote.ts'
import { ownProgram, type Release, type StandInApp } from './stand-in-app.ts'

/**
 * Starts an exploded jar or an executable war as Java buildpack 5.x does: the memory calculator at each start, with the
 * MEMORY_LIMIT that the sidecars of all buildpacks leave, its options after the user's; these are split as in a shell; the
 * app's directory on the class path.
 * Source: cloudfoundry/java-buildpack, src/java/jres/memory_calculator.go, GetCalculatorCommand.
 */
export function javaCommand({ app: { view }, plan }: StandInApp): Release | string {
  const main = mainClassOf(view.readText('META-INF/MANIFEST.MF') ?? '')
  if (main === undefined) return 'the app has no main class in META-INF/MANIFEST.MF'
  if (!plan.java) return 'the Java buildpack does not recognise the app'
  const jvm = plan.processes.find(({ type }) => type === 'web')?.jvm
  if (jvm && jvm.options === undefined) return 'its memory is too small for a JVM; run sidecar-buildpack plan'
  const { headRoom, loadedClasses, threads } = plan.java
  const flags = [
    '--total-memory="$MEMORY_LIMIT"',
    `--head-room=${headRoom}`,
    `--loaded-class-count=${loadedClasses}`,
    `--thread-count=${threads}`,
    '--jvm-options="${JAVA_OPTS-}"',
  ]
  const calculator = ownProgram('memory-calculator.cjs', flags.join(' '))
  const calculated = `CALCULATED_MEMORY=$(${calculator.run}) && echo JVM Memory Configuration: $CALCULATED_MEMORY`
  const run = `exec java "\${words[@]}" $CALCULATED_MEMORY -cp "$PWD/.\${CLASSPATH:+:$CLASSPATH}" ${quote(main)}`
  return {
    web: `${calculated} && eval "words=(\${JAVA_OPTS-})" && export SERVER_PORT=$PORT && ${run}`,
    files: calculator.files,
  }
}

/** A long value continues on lines that begin with a space (JAR file specification). */
function mainClassOf(manifest: string): string | undefined {
  const main = /^Main-Class: (.*)$/m
    .exec(manifest.replaceAll(/\r?\n /g, '').replaceAll('\r', ''))?.[1]
    ?.trim()
  return main !== undefined && /^[\w.$]+$/.test(main) ? main : undefined
}
