import { describe, expect, it } from 'vitest'
import { javaCommand } from '../../src/stand-ins/java.ts'
import type { StandInApp } from '../../src/stand-ins/stand-in-app.ts'

/** An app with this manifest of a jar, and what the memory calculator says of it. */
function anApp(manifest: string | undefined, options?: string): StandInApp {
  const view = { readText: () => manifest }
  const jvm = options === undefined ? {} : { options }
  return { app: { view }, plan: { processes: [{ type: 'web', jvm }] } } as unknown as StandInApp
}

describe('a Java app without its buildpack', () => {
  it('is started by its main class, with the figures of the memory calculator after the options of the user', () => {
    const { web } = javaCommand(
      anApp('Manifest-Version: 1.0\r\nMain-Class: org.example.M\r\n ain\r\n', '-Xmx5K'),
    ) as {
      web: string
    }
    expect(web).toContain('eval "words=(${JAVA_OPTS-})"')
    expect(web).toMatch(
      /exec java "\$\{words\[@\]\}" -Xmx5K -cp "\$PWD\/\.\$\{CLASSPATH:\+:\$CLASSPATH\}" org\.example\.Main$/,
    )
  })

  it('has the dollar of a nested class quoted', () => {
    expect(javaCommand(anApp('Main-Class: a.B$C', '-Xmx5K'))).toMatchObject({
      web: expect.stringMatching(/ 'a\.B\$C'$/),
    })
  })

  it.each([
    ['no manifest', anApp(undefined, '-Xmx5K'), /no main class/],
    ['no class in it', anApp('Main-Class: $(id)', '-Xmx5K'), /no main class/],
    ['too little memory', anApp('Main-Class: a.B'), /memory is too small/],
  ])('has no stand-in: %s', (_, app, why) => {
    expect(javaCommand(app)).toMatch(why)
  })
})
