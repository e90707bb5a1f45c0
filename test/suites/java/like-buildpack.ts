/** The fixtures that stand for the Java buildpacks, with this machine's JDK and the published memory calculator. */
import { execFileSync } from 'node:child_process'
import { realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { repository } from './real-parts.ts'

/**
 * @param tomcat a tar.gz; for wars
 * @returns options of `stage` and `run`: the buildpack as the last one, and what it needs in its environment
 */
export function javaBuildpackOptions(
  version: string,
  calculator: string,
  tomcat?: string,
): readonly string[] {
  const java = realpathSync(execFileSync('bash', ['-c', 'command -v java']).toString().trim())
  return [
    '-b',
    join(repository, `fixtures/java-buildpack-${version}-like`),
    '--env',
    `JBP_FIXTURE_JAVA_HOME=${dirname(dirname(java))}`,
    '--env',
    `JBP_FIXTURE_CALCULATOR=${calculator}`,
    ...(tomcat ? ['--env', `JBP_FIXTURE_TOMCAT=${tomcat}`] : []),
  ]
}
