/** The process around the command line. */
import { fstatSync } from 'node:fs'
import { writeOut } from '../log/standard-output.ts'
import { main } from './main.ts'
import { roomOf } from './room.ts'

let outputFailed = false
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', ({ code, message }: NodeJS.ErrnoException) => {
    // `… | head` has read what it wanted: nothing to complain of.
    if (code === 'EPIPE') return
    outputFailed = true
    process.exitCode = 1
    if (stream === process.stdout) process.stderr.write(`the output cannot be written: ${message}\n`)
  })
}

// Node.js's own stream loses what a full disk takes only a part of, without a word.
const isFile = fstatSync(1).isFile()

void main(process.argv.slice(2), {
  env: process.env,
  cwd: process.cwd(),
  out: (text) => (isFile ? writeOut(1, text) : void process.stdout.write(text)),
  err: (text) => void process.stderr.write(text),
  room: roomOf(process.stdout),
  isTerminal: process.stderr.isTTY === true,
}).then((status) => {
  process.exitCode = outputFailed ? 1 : status
})
