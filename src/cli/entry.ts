/** The process around the command line. */
import { main } from './main.ts'
import { roomOf } from './room.ts'

// `… | head` has read what it wanted: nothing to complain of.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error
})

void main(process.argv.slice(2), {
  env: process.env,
  cwd: process.cwd(),
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  room: roomOf(process.stdout),
  isTerminal: process.stderr.isTTY === true,
}).then((status) => {
  process.exitCode = status
})
