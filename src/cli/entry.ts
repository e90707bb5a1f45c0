/** The process of the command line. */
import { fstatSync } from 'node:fs'
import type { Writable } from 'node:stream'
import { writeOut } from '../log/standard-output.ts'
import { main } from './main.ts'

/** Bytes that may wait for the reader. */
const MOST_WAITING = 1024 * 1024

let outputFailed = false
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', ({ code, message }: NodeJS.ErrnoException) => {
    // For example, `… | head` has read enough: not an error.
    if (code === 'EPIPE' || outputFailed) return
    outputFailed = true
    process.exitCode = 1
    if (stream === process.stdout) process.stderr.write(`error: cannot write the output: ${message}\n`)
  })
}

// Node.js's own stream silently loses data when a full disk accepts only a part of it.
const isFile = fstatSync(1).isFile()

function writeToFile(text: string | Uint8Array): void {
  try {
    writeOut(1, text)
  } catch (thrown) {
    process.stdout.emit('error', thrown)
  }
}

void main(process.argv.slice(2), {
  env: process.env,
  cwd: process.cwd(),
  out: isFile ? writeToFile : (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  room: roomOf(process.stdout),
  isTerminal: process.stderr.isTTY === true,
}).then((status) => {
  process.exitCode = outputFailed ? 1 : status
})

/** Waits until a stream has room: otherwise a pipe with a slow reader would fill the memory. */
function roomOf(stream: Writable): () => Promise<void> | undefined {
  let waiting: Promise<void> | undefined
  return () => {
    if (waiting || stream.destroyed || stream.writableLength < MOST_WAITING) return waiting
    waiting = new Promise<void>((resolve) => {
      const events = ['drain', 'error', 'close']
      const end = () => {
        for (const each of events) stream.off(each, end)
        waiting = undefined
        resolve()
      }
      for (const each of events) stream.on(each, end)
    })
    return waiting
  }
}
