/**
 * How agents, libraries and options reach the app's JVM under Java buildpack 4.x and 5.x: agents and options by
 * `JAVA_OPTS`, libraries by `CLASSPATH` (5.x) and by `additional_libraries` in our config.yml (4.x).
 */
import { dirname, join } from 'node:path'

/** Jars that lie in the droplet; paths are relative to the deps dir (`0/java/agents/agent.jar`). */
export interface StagedJava {
  readonly agents: readonly { readonly path: string; readonly options?: string }[]
  readonly libraries: readonly string[]
  readonly options: readonly string[]
}

/** What the profile.d script exports. Texts for `JAVA_OPTS` are quoted for it, and have yet to be for the shell. */
export interface InjectedJava {
  readonly agents: readonly { readonly path: string; readonly options?: string }[]
  readonly options: readonly string[]
  /** As they are. */
  readonly classPath: readonly string[]
}

export function injectedJava({ agents, libraries, options }: StagedJava): InjectedJava {
  return {
    agents: agents.map(({ path, options }) => ({
      path: quoteJavaOption(path),
      ...(options && { options: quoteJavaOption(options) }),
    })),
    options: options.map(quoteJavaOption),
    classPath: libraries,
  }
}

/**
 * The paths for `additional_libraries` under `config` in our config.yml. Java buildpack 4.x makes them relative to
 * the build dir; only from `deps` beside it does a path come out that is right at run time as well, whether or not
 * there is such a folder at staging.
 */
export function additionalLibraries({ libraries }: StagedJava, buildDir: string): readonly string[] {
  return libraries.map((path) => join(dirname(buildDir), 'deps', path))
}

/**
 * One word of `JAVA_OPTS`, so that three readers find that word in it again: 4.x (`eval` of the text), 5.x (a
 * splitter that knows quotes) and Tomcat under 5.x (`eval`). 5.x first expands variables, makes `$` of `\$`, and
 * leaves a `$` before a quote alone. The memory calculator, which splits at blanks and knows no quotes, reads no
 * size out of a part of it.
 *
 * @param word without newlines, which no quoting brings through all of them
 */
export function quoteJavaOption(word: string): string {
  if (word === '') return "''"
  const quoted = word
    .replace(/[^\w./:,+=@%\u0080-\uffff-]/g, (letter) => (letter === '$' ? "'$'" : `\\${letter}`))
    .replace(/(?<=\s)-/g, '\\-')
  // 5.x cuts blanks off the end of the whole text, with or without a backslash before them.
  return /\s$/.test(word) ? quoted.replace(/\\?(\s)$/, "'$1'") : quoted
}
