/** Settings of the app's JVM: in `JAVA_OPTS` or `JAVA_TOOL_OPTIONS`, and in `CLASSPATH`. */
import type { Template } from '../config/sidecar.ts'
import type { StagedJava } from '../java/injection.ts'
import { quoteJavaOption, quoteToolOption } from '../java/option-quoting.ts'
import { quote, quoteTemplate, variablesOf } from './shell-quote.ts'

/** Whether there are options for a variable. */
export const hasOptions = ({ agents, options }: StagedJava): boolean => agents.length + options.length > 0

/** Whether a part of the options is known only at start. */
export const hasVariables = ({ agents, options }: StagedJava): boolean =>
  [...options, ...agents.map((each) => each.options ?? [])].some((each) => variablesOf(each).length > 0)

/** Shell lines that add each setting once, even if they run twice. The user's values are kept and come last. */
export function javaLines(java: StagedJava): readonly string[] {
  return [
    ...(hasOptions(java) ? optionLines(java) : []),
    ...(java.addedClasses
      ? [
          `__sidecar_metaspace ${COMMAND} ${java.addedClasses}${java.earlierClasses ? ` ${java.earlierClasses}` : ''}`,
        ]
      : []),
    ...java.libraries.map(
      (path) =>
        `case :\${CLASSPATH-}: in *:"$DEPS_DIR"/${quote(path)}:*) ;; ` +
        // If CLASSPATH is unset, an empty entry comes first: the JVM's default, the current directory.
        `*) export CLASSPATH="\${CLASSPATH-}:$DEPS_DIR"/${quote(path)} ;; esac`,
    ),
  ]
}

/** The start command as a shell word: an argument of the launcher's shell. */
const COMMAND = '"${__words[5]-${2-}}"'

/** The path of the deps directory must also be quoted for programs that split the variable. */
function optionLines(java: StagedJava): readonly string[] {
  return [
    'local __deps __java',
    `if __sidecar_tool_options ${COMMAND}; then`,
    `  printf -v __deps '"%s"' "$DEPS_DIR"`,
    ...wordLines(java, 'tool', quoteToolOption),
    `  ${onceInFront('JAVA_TOOL_OPTIONS', java)}`,
    'else',
    '  printf -v __deps %q "$DEPS_DIR"',
    ...wordLines(java, 'opts', quoteJavaOption),
    `  ${onceInFront('JAVA_OPTS', java)}`,
    'fi',
  ]
}

/** Lines that add all options to `__java`; those with variables are quoted at start. */
function wordLines(
  { agents, options }: StagedJava,
  variable: 'tool' | 'opts',
  quoteWord: (word: string) => string,
): readonly string[] {
  const words = [
    ...agents.map(({ path, options }) => agentWord(path, options ?? [], quoteWord)),
    ...options.map((option) => ({
      known: () => quote(quoteWord(option.join(''))),
      expanded: quoteTemplate(option),
      hasVariable: variablesOf(option).length > 0,
    })),
  ]
  return words.map(({ known, expanded, hasVariable }) =>
    hasVariable ? `  __sidecar_java_word ${variable} ${expanded}` : `  __java+="\${__java:+ }"${known()}`,
  )
}

function agentWord(path: string, options: Template, quoteWord: (word: string) => string) {
  const known = () => {
    const text = options.join('')
    return `-javaagent:"$__deps"/${quote(quoteWord(path) + (text ? `=${quoteWord(text)}` : ''))}`
  }
  const expanded = `-javaagent:"$DEPS_DIR"/${quote(`${path}=`)}${quoteTemplate(options)}`
  return { known, expanded, hasVariable: variablesOf(options).length > 0 }
}

/** With variables, the value may be empty. */
const onceInFront = (name: string, java: StagedJava) =>
  `${hasVariables(java) ? '[ ! "$__java" ] || ' : ''}case " \${${name}-} " in *" $__java "*) ;; ` +
  `*) export ${name}="$__java\${${name}:+ $${name}}" ;; esac`
