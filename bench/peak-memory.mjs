// The peak of a Node.js program's memory.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * Writes a program to start instead of Node.js into an existing folder. `node` is its path, `peak()` returns the peak of
 * resident memory of the last run, in MiB. resourceUsage().maxRSS would include what the process used before it became
 * Node.js.
 */
export function reportingNode(node, folder) {
  const report = join(folder, 'peak-status')
  const preload = join(folder, 'peak.cjs')
  const program = join(folder, 'reporting-node')
  writeFileSync(
    preload,
    `const fs = require('node:fs')
process.on('exit', () => fs.writeFileSync(${JSON.stringify(report)}, fs.readFileSync('/proc/self/status')))
`,
  )
  writeFileSync(program, `#!/bin/bash\nexec '${node}' --require '${preload}' "$@"\n`, { mode: 0o755 })
  const peak = () => Number(/VmHWM:\s+(\d+)/.exec(readFileSync(report, 'utf8'))?.[1]) / 1024
  return { node: program, peak }
}
