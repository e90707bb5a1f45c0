import after from './after.bash'
import answers from './answers.bash'
import appPort from './app-port.bash'
import credentials from './credentials.bash'
import followed from './followed.bash'
import get from './get.bash'
import instancePort from './instance-port.bash'
import javaOptions from './java-options.bash'
import javaWord from './java-word.bash'
import listens from './listens.bash'
import metaspace from './metaspace.bash'
import reserveMemory from './reserve-memory.bash'
import socket from './socket.bash'
import supervise from './supervise.bash'
import waitFor from './wait-for.bash'
import watch from './watch.bash'

/** The bash files that the two scripts, and other parts, include. */
export const SHELL_PARTS = {
  after,
  answers,
  'app-port': appPort,
  credentials,
  followed,
  get,
  'instance-port': instancePort,
  'java-options': javaOptions,
  'java-word': javaWord,
  listens,
  metaspace,
  'reserve-memory': reserveMemory,
  socket,
  supervise,
  'wait-for': waitFor,
  watch,
}
