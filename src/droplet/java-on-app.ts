import { quote } from './shell-quote.ts'

/** What reaches the JVM of the app: by `JAVA_OPTS` and `CLASSPATH`, under Java buildpack 4.x and 5.x. */
export interface JavaOnApp {
  /** Jars below the deps dir (`0/java/agent.jar`); options as one word, quoted for `JAVA_OPTS`. */
  readonly agents: readonly { readonly path: string; readonly options?: string }[]
  /** Words of `JAVA_OPTS`, each quoted for it already. */
  readonly options: readonly string[]
  /** Jars below the deps dir. */
  readonly classPath: readonly string[]
}

/** Shell lines that put each of them there once, also when they run twice; what the user gave stays, and comes last. */
export function javaLines({ agents, options, classPath }: JavaOnApp): readonly string[] {
  const words = [
    ...agents.map(
      (agent) => `-javaagent:"$__deps"/${quote(agent.path + (agent.options ? `=${agent.options}` : ''))}`,
    ),
    ...options.map(quote),
  ]
  return [
    'local __deps __java',
    // What is not plain in the path has to be quoted for those who split JAVA_OPTS.
    'printf -v __deps %q "$DEPS_DIR"',
    ...(words.length > 0 ? [`__java=${words.join("' '")}`, ...onceInFront('JAVA_OPTS')] : []),
    ...classPath.map(
      (path) =>
        `case :\${CLASSPATH-}: in *:"$DEPS_DIR"/${quote(path)}:*) ;; ` +
        `*) export CLASSPATH="\${CLASSPATH:+$CLASSPATH:}$DEPS_DIR"/${quote(path)} ;; esac`,
    ),
  ]
}

function onceInFront(name: string): readonly string[] {
  return [
    `case " \${${name}-} " in *" $__java "*) ;; *) export ${name}="$__java\${${name}:+ $${name}}" ;; esac`,
  ]
}
