/** The app of the pipelines, and a script in place of a JRE. `npm run test:java` uses real ones. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type MemberName, members } from './members.ts'

/** Sourced twice, it adds its text twice. */
const GREETING = '$GREETING+hello'
export const GREETED = '+hello'
export const JAVA_OPTION = '-Dours=once'

const isOurs = (name: MemberName | undefined) => name !== undefined && 'isOurs' in members[name]

/**
 * @param final the last buildpack, or the detected one
 * @param entries further ones of the sidecars
 */
export function filesOfTheApp(
  final: MemberName | undefined,
  entries: string,
): Readonly<Record<string, string>> {
  const isJava = final?.startsWith('java-')
  const sidecarsYml = `sidecars:
  - name: config-server
    process_types: [web, worker]
    memory: 16M
    source: {path: beacon}
    args: [config-server]
    app_env: {GREETING: "${GREETING}"}
  - name: monitor
    memory: 8M
    command: ./beacon monitor
${entries}processes:
  worker: sleep 1000
${isOurs(final) ? '  web: node app.js\n' : ''}${isJava ? `java: {options: ["${JAVA_OPTION}"]}\n` : ''}`
  return {
    'sidecars.yml': sidecarsYml,
    ...(isJava && { 'META-INF/MANIFEST.MF': 'Manifest-Version: 1.0\nMain-Class: Main\n' }),
  }
}

/** A `java` that starts app.js with the options it was given, and a calculator that gives back the total it was asked for. */
export function javaParts(work: string): ReadonlyMap<string, string> {
  const home = join(work, 'jre')
  const calculator = join(work, 'calculator')
  mkdirSync(join(home, 'bin'), { recursive: true })
  writeFileSync(join(home, 'bin/java'), '#!/bin/bash\nexec node app.js "$@"\n', { mode: 0o755 })
  const script = 'for word; do case $word in --total-memory=*) echo "-Dtotal=${word#*=}" ;; esac; done'
  writeFileSync(calculator, `#!/bin/bash\n${script}\n`, { mode: 0o755 })
  return new Map([
    ['JBP_FIXTURE_JAVA_HOME', home],
    ['JBP_FIXTURE_CALCULATOR', calculator],
  ])
}
