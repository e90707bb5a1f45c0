// The server of the recorded cases ($TESTAPP). Its options are those of test/data/running/README.md.
const http = require('node:http')
const net = require('node:net')

const options = readOptions(process.argv.slice(2))
const has = (name) => options.has(name)
const text = (name, absent) => options.get(name) ?? absent
const number = (name, absent) => Number(text(name, absent))

/** Milliseconds of a Go duration with one unit. */
function duration(name) {
  const [, count, unit] = /^([\d.]+)(ms|s)$/.exec(text(name, '0s')) ?? []
  return Number(count) * (unit === 's' ? 1000 : 1)
}

function readOptions(args) {
  const flags = ['-stall', '-raw', '-ignore-term']
  const found = new Map()
  for (let at = 0; at < args.length; at++) {
    const name = args[at]
    found.set(name.slice(1), flags.includes(name) ? '' : args[++at])
  }
  return found
}

function say(line) {
  // Written at once: the process may end on the next line.
  require('node:fs').writeSync(1, `${line}\n`)
}

let requests = 0
function answer(request, response) {
  requests++
  if (request.url === text('ok')) {
    const { 'user-agent': agent, 'x-forwarded-proto': proto } = request.headers
    say(`GET ${request.url} UA=${agent} proto=${proto}`)
    response.end()
  } else if (has('redirect')) response.writeHead(302, { location: text('redirect') }).end()
  else if (has('stall')) response.writeHead(200).write('and on')
  else if (has('fail-after') && requests > number('fail-after')) response.writeHead(500).end()
  else response.writeHead(number('status', 200)).end()
}

function connection(socket) {
  socket.on('error', () => undefined)
  if (has('raw')) socket.destroy()
  else
    socket.once('data', () => {
      socket.write(text('answer').replaceAll('\\r', '\r').replaceAll('\\n', '\n'))
      setTimeout(() => socket.end(), duration('hold'))
    })
}

const isRaw = has('raw') || has('answer')
const server = isRaw
  ? net.createServer(connection)
  : http.createServer((...exchange) => setTimeout(answer, duration('delay'), ...exchange))

setTimeout(() => {
  server.listen(number('port', process.env.PORT), text('host', '0.0.0.0'), () => say('listening'))
}, duration('after'))
if (has('close-after'))
  setTimeout(() => {
    server.close()
    say('closed')
  }, duration('close-after'))
// Also when it no longer listens.
setInterval(() => undefined, 60_000)
if (has('exit-after'))
  setTimeout(() => {
    say('exiting')
    process.exit(number('exit', 0))
  }, duration('exit-after'))
if (has('ignore-term')) process.on('SIGTERM', () => say('got TERM'))
else if (has('term-exit'))
  process.on('SIGTERM', () => {
    say('got TERM')
    setTimeout(() => process.exit(number('term-exit')), duration('term-delay'))
  })
