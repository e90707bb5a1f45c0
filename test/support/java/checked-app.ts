/** An app and its sidecars.yml as staging checks them. */
import { readConfiguration } from '../../../src/config/read.ts'
import type { JavaBuildpack } from '../../../src/java/calculators/calculator.ts'
import { checkJavaApp } from '../../../src/java/check-java-app.ts'
import { describeProblem, Problems } from '../../../src/problems/problems.ts'
import { temporaryFolder } from '../files.ts'
import { classFile, manifest } from '../jars.ts'

/** A class with a main method. */
export const mainApp = { 'META-INF/MANIFEST.MF': manifest('Main-Class: Main'), 'Main.class': classFile(17) }

export async function check(
  yaml: string,
  {
    files = mainApp,
    env = {},
    buildpack,
    command,
  }: {
    files?: Record<string, string | Buffer>
    env?: Record<string, string>
    buildpack?: JavaBuildpack
    command?: string
  } = {},
) {
  const appDir = temporaryFolder({ ...files, 'sidecars.yml': yaml })
  const problems = new Problems()
  const { configuration } = readConfiguration({ appDir, env }, problems)
  problems.throwIfErrors()
  const outcome = await checkJavaApp(configuration, { appDir, command }, env, buildpack, problems)
  const sorted = problems.sorted()
  return {
    ...outcome,
    appDir,
    configuration,
    problems: sorted.map(describeProblem),
    severities: sorted.map(({ severity }) => severity),
  }
}
