import { describe, expect, it } from 'vitest'
import { javaCommand } from '../../src/stand-ins/java.ts'
import type { Release, StandInApp } from '../../src/stand-ins/stand-in-app.ts'

/** An app with this manifest of a jar, and what its plan says of its JVM. */
function anApp(manifest: string | undefined, jvm: object = { options: '-Xmx5K' }): StandInApp {
  const view = { readText: () => manifest }
  const java = { headRoom: 5, loadedClasses: 100, threads: 250 }
  return { app: { view }, plan: { java, processes: [{ type: 'web', jvm }] } } as unknown as StandInApp
}

function noJavaApp(): StandInApp {
  const { app, plan } = anApp('Main-Class: a.B')
  const { processes } = plan
  return { app, plan: { processes } } as unknown as StandInApp
}

describe('a Java app without its buildpack', () => {
  it('is started by its main class, with the options of the memory calculator after those of the user', () => {
    const { web, files } = javaCommand(
      anApp('Manifest-Version: 1.0\r\nMain-Class: org.example.M\r\n ain\r\n'),
    ) as Release
    expect(web).toContain(
      'CALCULATED_MEMORY=$(node "$DEPS_DIR"/*/memory-calculator.cjs --total-memory="$MEMORY_LIMIT" ' +
        '--head-room=5 --loaded-class-count=100 --thread-count=250 --jvm-options="${JAVA_OPTS-}") && ',
    )
    expect(Object.keys(files ?? {})).toEqual(['memory-calculator.cjs'])
    expect(web).toContain('eval "words=(${JAVA_OPTS-})"')
    expect(web).toMatch(
      /exec java "\$\{words\[@\]\}" \$CALCULATED_MEMORY -cp "\$PWD\/\.\$\{CLASSPATH:\+:\$CLASSPATH\}" org\.example\.Main$/,
    )
  })

  it('has the dollar of a nested class quoted', () => {
    expect(javaCommand(anApp('Main-Class: a.B$C'))).toMatchObject({
      web: expect.stringMatching(/ 'a\.B\$C'$/),
    })
  })

  it('needs no memory for the calculator if another command replaces the one that runs it', () => {
    const view = { readText: () => 'Main-Class: a.B' }
    const plan = { java: {}, processes: [{ type: 'web' }] }
    expect(javaCommand({ app: { view }, plan } as unknown as StandInApp)).toHaveProperty('web')
  })

  it.each([
    ['no manifest', anApp(undefined), /no main class/],
    ['no class in it', anApp('Main-Class: $(id)'), /no main class/],
    ['too little memory', anApp('Main-Class: a.B', {}), /memory is too small/],
    ['no Java app', noJavaApp(), /does not recognise the app/],
  ])('has no stand-in: %s', (_, app, why) => {
    expect(javaCommand(app)).toMatch(why)
  })
})
