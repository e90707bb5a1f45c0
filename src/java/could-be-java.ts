import { existsSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import type { Configuration } from '../config/sidecar.ts'
import type { Environment } from '../system/environment.ts'

/**
 * A quick check by file names whether to load the complete check (`checkJavaApp`). It may return true for other apps, but
 * never false for a Java app.
 */
export function couldBeJava({ sidecars, java }: Configuration, appDir: string, env: Environment): boolean {
  if (java.agents.length + java.libraries.length + java.options.length > 0) return true
  if (env.JBP_CONFIG_JAVA_MAIN) return true
  if (sidecars.some(({ source }) => source?.kind === 'path' && /\.[jw]ar$/i.test(source.path))) return true
  const root = readdirSync(appDir, { withFileTypes: true })
  return root.some(
    (each) =>
      /\.(?:jar|war|class|groovy)$/.test(each.name) ||
      /^(?:META-INF|BOOT-INF|WEB-INF|staged)$/.test(each.name) ||
      (each.isDirectory() &&
        hasJar(each.name === 'lib' ? join(appDir, 'lib') : join(appDir, each.name, 'lib'))),
  )
}

function hasJar(folder: string): boolean {
  if (!existsSync(folder) || !statSync(folder).isDirectory()) return false
  const entries = readdirSync(folder, { withFileTypes: true })
  return (
    entries.some(({ name }) => name.endsWith('.jar')) ||
    entries.some((each) => each.isDirectory() && hasJar(join(folder, each.name)))
  )
}
