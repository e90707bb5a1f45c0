// The app behind the proxies: HTTP/1.1 with WebSocket echo, or HTTP/2 in clear text with H2C=1. Drains on SIGTERM.
const http = require('node:http')
const http2 = require('node:http2')
const { createHash } = require('node:crypto')

const answer = (request, response) => {
  const slow = Number(new URL(request.url, 'http://x').searchParams.get('slow') ?? 0)
  setTimeout(() => {
    response.setHeader('x-served-by', String(process.pid))
    response.end(`hello from ${process.pid} over HTTP/${request.httpVersion}`)
  }, slow)
}
const server = process.env.H2C ? http2.createServer(answer) : http.createServer(answer)
server.on('upgrade', (request, socket) => {
  const key = createHash('sha1').update(
    `${request.headers['sec-websocket-key']}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`,
  )
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${key.digest('base64')}\r\n\r\n`,
  )
  // One short masked text frame in, the same unmasked out.
  socket.on('data', (frame) => {
    if ((frame[0] & 0x0f) !== 1) return socket.end()
    const length = frame[1] & 0x7f
    const text = frame.subarray(6, 6 + length).map((byte, at) => byte ^ frame[2 + (at % 4)])
    socket.write(Buffer.concat([Buffer.from([0x81, length]), text]))
  })
  socket.on('error', () => {})
})
server.listen(Number(process.env.PORT))
process.on('SIGTERM', () => {
  server.close(() => process.exit(0))
  server.closeIdleConnections?.()
})
