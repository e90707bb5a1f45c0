/** The memory calculator of Java buildpack 5.x as its start command calls it: `node memory-calculator.cjs FLAGS`. */
import { parseArgs } from 'node:util'
import { calculateMemory } from '../../java/calculators/memory-calculator.ts'
import { describeMemory } from '../../platform/memory-size.ts'

const { values } = parseArgs({
  options: {
    'total-memory': { type: 'string', default: '' },
    'head-room': { type: 'string', default: '0' },
    'loaded-class-count': { type: 'string' },
    'thread-count': { type: 'string' },
    'jvm-options': { type: 'string', default: '' },
  },
})
const totalMemory = values['total-memory']
const outcome = calculateMemory(5, {
  totalMemory,
  headRoom: Number(values['head-room']),
  loadedClassCount: Number(values['loaded-class-count']),
  threadCount: Number(values['thread-count']),
  jvmOptions: values['jvm-options'],
})
if (outcome.kind === 'fits') console.log(outcome.options)
else {
  const why =
    outcome.kind === 'malformed'
      ? outcome.what
      : `the JVM needs ${describeMemory({ bytes: Number(outcome.needed) })}, but MEMORY_LIMIT is ${totalMemory}`
  process.stderr.write(`memory calculator: ${why}\n`)
  process.exitCode = 1
}
