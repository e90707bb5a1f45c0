/** The process around the command line. */
import { main } from './main.ts'

void main(process.argv.slice(2), {
  env: process.env,
  cwd: process.cwd(),
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  isTerminal: process.stderr.isTTY === true,
}).then((status) => {
  process.exitCode = status
})
