import { quote } from '../droplet/shell-quote.ts'
import type { Release, StandInApp } from './stand-in-app.ts'

/**
 * Starts an exploded jar or an executable war as Java buildpack 5.x does: options split as in a shell, the memory
 * calculator's options after the user's, the app's directory on the class path.
 */
export function javaCommand({ app: { view }, plan }: StandInApp): Release | string {
  const main = mainClassOf(view.readText('META-INF/MANIFEST.MF') ?? '')
  if (main === undefined) return 'the app has no main class in META-INF/MANIFEST.MF'
  const jvm = plan.processes.find(({ type }) => type === 'web')?.jvm
  if (jvm?.options === undefined) return 'its memory is too small for a JVM; run sidecar-buildpack plan'
  const run = `exec java "\${words[@]}" ${jvm.options} -cp "$PWD/.\${CLASSPATH:+:$CLASSPATH}" ${quote(main)}`
  return { web: `eval "words=(\${JAVA_OPTS-})"; export SERVER_PORT=$PORT; ${run}` }
}

/** A long value continues on lines that begin with a space (JAR file specification). */
function mainClassOf(manifest: string): string | undefined {
  const main = /^Main-Class: (.*)$/m
    .exec(manifest.replaceAll(/\r?\n /g, '').replaceAll('\r', ''))?.[1]
    ?.trim()
  return main !== undefined && /^[\w.$]+$/.test(main) ? main : undefined
}
