import { quoteJavaOption, quoteToolOption } from '../java/option-quoting.ts'
import { quote } from './shell-quote.ts'

/** What reaches the JVM of the app: by `JAVA_OPTS` or `JAVA_TOOL_OPTIONS`, and by `CLASSPATH`. */
export interface JavaOnApp {
  /** Jars below the deps dir (`0/java/agent.jar`). */
  readonly agents: readonly { readonly path: string; readonly options?: string }[]
  readonly options: readonly string[]
  /** Jars below the deps dir. */
  readonly classPath: readonly string[]
  /** Classes that agents and libraries load, for which the JVM needs room. */
  readonly addedClasses?: number
}

/** Whether there is something to go into a variable of options. */
export const hasOptions = ({ agents, options }: JavaOnApp): boolean => agents.length + options.length > 0

/** Shell lines that put each of them there once, also when they run twice; what the user gave stays, and comes last. */
export function javaLines(java: JavaOnApp): readonly string[] {
  return [
    ...(hasOptions(java) ? optionLines(java) : []),
    ...java.classPath.map(
      (path) =>
        `case :\${CLASSPATH-}: in *:"$DEPS_DIR"/${quote(path)}:*) ;; ` +
        // Behind nothing an empty entry: to the JVM the current directory, which it takes without a class path.
        `*) export CLASSPATH="\${CLASSPATH-}:$DEPS_DIR"/${quote(path)} ;; esac`,
    ),
  ]
}

/** The deps dir's own name has to be quoted for those who split the variable, too. */
function optionLines(java: JavaOnApp): readonly string[] {
  return [
    'local __deps __java',
    'if __sidecar_tool_options "${__words[5]-${2-}}"; then',
    `  printf -v __deps '"%s"' "$DEPS_DIR"`,
    `  __java=${words(java, quoteToolOption)}`,
    `  ${onceInFront('JAVA_TOOL_OPTIONS')}`,
    'else',
    '  printf -v __deps %q "$DEPS_DIR"',
    `  __java=${words(java, quoteJavaOption)}`,
    `  ${onceInFront('JAVA_OPTS')}`,
    'fi',
  ]
}

function words({ agents, options }: JavaOnApp, quoteWord: (word: string) => string): string {
  const onJvm = agents.map(
    ({ path, options }) =>
      `-javaagent:"$__deps"/${quote(quoteWord(path) + (options ? `=${quoteWord(options)}` : ''))}`,
  )
  return [...onJvm, ...options.map((each) => quote(quoteWord(each)))].join("' '")
}

const onceInFront = (name: string) =>
  `case " \${${name}-} " in *" $__java "*) ;; *) export ${name}="$__java\${${name}:+ $${name}}" ;; esac`
