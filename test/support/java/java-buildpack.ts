/** The fixtures that stand for the Java buildpacks, with this machine's JDK and the published memory calculator. */
import { execFileSync } from 'node:child_process'
import { copyFileSync, cpSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { ROOT, temporaryFolder } from '../files.ts'

/**
 * A buildpack that carries its parts, as the real ones do: a container shows it nothing of the checkout.
 *
 * @param tomcat a tar.gz; for wars
 * @returns options of `stage` and `run`: the buildpack as the last one, and where this machine's JDK is
 */
export function javaBuildpackOptions(
  version: string,
  calculator: string,
  tomcat?: string,
): readonly string[] {
  const java = realpathSync(execFileSync('bash', ['-c', 'command -v java']).toString().trim())
  const buildpack = temporaryFolder({}, `java-buildpack-${version}-like-`)
  cpSync(join(ROOT, `fixtures/java-buildpack-${version}-like`), buildpack, { recursive: true })
  copyFileSync(calculator, join(buildpack, 'calculator'))
  if (tomcat) copyFileSync(tomcat, join(buildpack, 'tomcat.tar.gz'))
  return ['-b', buildpack, '--env', `JBP_FIXTURE_JAVA_HOME=${dirname(dirname(java))}`]
}
