import { expect, it } from 'vitest'
import { runsMemoryCalculator } from '../../src/java/start-command.ts'

it.each([
  [undefined, true],
  [
    'CALCULATED_MEMORY=$($PWD/.java-buildpack/open_jdk_jre/bin/java-buildpack-memory-calculator-3.13.0) && java',
    true,
  ],
  ['. deps/0/jre/memory_calculator.sh && java -jar app.jar', true],
  ['java -jar app.jar', false],
  ['echo memory calculator', false],
])('the command %j runs the memory calculator: %s', (command, runs) => {
  expect(runsMemoryCalculator(command)).toBe(runs)
})
