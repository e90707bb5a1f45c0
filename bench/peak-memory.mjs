// The most memory that a Node.js program takes, from its beginning to its end.
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/**
 * A program to start in the place of a Node.js, in an existing folder: `node` is its path, `peak()` tells what the last
 * one that ended had taken at most, in MB (of 1024² bytes). Not by resourceUsage().maxRSS, which counts what the process
 * had before it became Node.js.
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
