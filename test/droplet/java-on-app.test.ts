import { describe, expect, it } from 'vitest'
import { hasOptions, hasVariables, javaLines } from '../../src/droplet/java-on-app.ts'
import javaWord from '../../src/droplet/java-word.bash'
import type { StagedJava } from '../../src/java/injection.ts'
import { template } from '../support/shell-droplet.ts'
import { exportedBy } from './exported-by.ts'

const NONE: StagedJava = { agents: [], options: [], libraries: [], addedClasses: 0 }
const agent = (options?: string) => ({
  path: '0/java/my agent.jar',
  ...(options !== undefined && { options: template(options) }),
})
const option = (text: string) => template(text)

/** Of an app whose options go by JAVA_TOOL_OPTIONS or JAVA_OPTS. */
function onJvm(java: Partial<StagedJava>, { by = 'opts', before = '', times = 2 } = {}) {
  const functions = `
DEPS_DIR='/d e'
__sidecar_tool_options() { printf '<%s>' "$1" >&2; [ ${by} = tool ]; }
__sidecar_metaspace() { printf '<%s>' room "$@" >&2; }
${javaWord}
${before}`
  const { env, stderr } = exportedBy(javaLines({ ...NONE, ...java }), { before: functions, times })
  const { JAVA_OPTS, JAVA_TOOL_OPTIONS, CLASSPATH } = env
  return { JAVA_OPTS, JAVA_TOOL_OPTIONS, CLASSPATH, stderr }
}

describe("an app's JVM", () => {
  it.each([
    [
      { agents: [agent()] },
      '-javaagent:/d\\ e/0/java/my\\ agent.jar',
      '-javaagent:"/d e"/"0/java/my agent.jar"',
    ],
    [
      { agents: [agent('a="b c"')] },
      '-javaagent:/d\\ e/0/java/my\\ agent.jar=a=\\"b\\ c\\"',
      `-javaagent:"/d e"/"0/java/my agent.jar"=a='"'"b c"'"'`,
    ],
    [
      { agents: [agent('name=$V')] },
      '-javaagent:/d\\ e/0/java/my\\ agent.jar=name=v\\ w',
      '-javaagent:/d" "e/0/java/my" "agent.jar=name=v" "w',
    ],
    [{ options: [option('-Da=b c'), option('-Dd')] }, '-Da=b\\ c -Dd', '"-Da=b c" -Dd'],
    [{ options: [option('-Da=b c'), option('-Dd=$V')] }, '-Da=b\\ c -Dd=v\\ w', '"-Da=b c" -Dd=v" "w'],
    [
      { agents: [agent()], options: [option('-Dd=$NONE')] },
      '-javaagent:/d\\ e/0/java/my\\ agent.jar -Dd=',
      '-javaagent:"/d e"/"0/java/my agent.jar" -Dd=',
    ],
  ])('gets agents and options once, before those of the user: %j', (java, opts, tool) => {
    const before = 'V="v w"'
    const byOpts = { CLASSPATH: undefined, JAVA_OPTS: opts, JAVA_TOOL_OPTIONS: undefined }
    const byTool = { CLASSPATH: undefined, JAVA_OPTS: undefined, JAVA_TOOL_OPTIONS: tool }
    expect(onJvm(java, { before })).toMatchObject(byOpts)
    expect(onJvm(java, { before, by: 'tool' })).toMatchObject(byTool)
    const own = `${before}; JAVA_OPTS=-Down JAVA_TOOL_OPTIONS=-Down`
    expect(onJvm(java, { before: own }).JAVA_OPTS).toBe(`${opts} -Down`)
    expect(onJvm(java, { before: own, by: 'tool' }).JAVA_TOOL_OPTIONS).toBe(`${tool} -Down`)
  })

  it('gets no option whose variables are empty', () => {
    expect(onJvm({ options: [option('$NONE')] }, { before: 'JAVA_OPTS=-Down' }).JAVA_OPTS).toBe(undefined)
  })

  it('gets libraries at the end of CLASSPATH once; without one, the current directory stays in it', () => {
    const java = { libraries: ['0/java/a.jar', '0/java/b c.jar'] }
    const ours = '/d e/0/java/a.jar:/d e/0/java/b c.jar'
    expect(onJvm(java)).toEqual({ CLASSPATH: `:${ours}`, stderr: '' })
    expect(onJvm(java, { before: 'CLASSPATH=own.jar' }).CLASSPATH).toBe(`own.jar:${ours}`)
  })

  it('gets room for the classes of agents and libraries', () => {
    expect(onJvm({ addedClasses: 500 }, { times: 1 }).stderr).toBe('<room><start command><500>')
    expect(onJvm({ addedClasses: 0 }).stderr).toBe('')
  })

  it('is that of the start command in a process, and of the command in a task', () => {
    const java = { options: [option('-Dd')] }
    expect(onJvm(java, { times: 1 }).stderr).toBe('<start command>')
    const before = '__words=(0 1 2 3 4 "the task")'
    expect(onJvm(java, { times: 1, before }).stderr).toBe('<the task>')
  })
})

it.each([
  [{}, false, false],
  [{ libraries: ['a.jar'] }, false, false],
  [{ agents: [agent()] }, true, false],
  [{ agents: [agent('$V')] }, true, true],
  [{ options: [option('-Da')] }, true, false],
  [{ options: [option('-Da'), option('$V')] }, true, true],
])('%j has options for a variable: %s, known only at start: %s', (java, options, variables) => {
  expect(hasOptions({ ...NONE, ...java })).toBe(options)
  expect(hasVariables({ ...NONE, ...java })).toBe(variables)
})
