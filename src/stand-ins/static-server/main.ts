/** The server of static files: `node static-server.cjs DIRECTORY [--dot-files] [--pushstate]`, at `$PORT`. */
import { createReadStream, realpathSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http'
import { resolve } from 'node:path'
import { pipeline } from 'node:stream'
import { answerTo, closeAnswer, NOT_COPIED, type StaticSite } from './static-site.ts'

const [directory = '.', ...flags] = process.argv.slice(2)
const root = realpathSync.native(directory)
const site: StaticSite = {
  root,
  hidden: resolve(directory) === resolve('public') ? new Set() : NOT_COPIED,
  dotFiles: flags.includes('--dot-files'),
  pushState: flags.includes('--pushstate'),
}

createServer(serve).listen(Number(process.env.PORT), () => {
  console.log(`Serving ${directory} on port ${process.env.PORT}`)
})

function serve(request: IncomingMessage, response: ServerResponse): void {
  const { method = '', url = '' } = request
  const answer = answerTo(site, method, url)
  console.log(`"${method} ${url}" ${answer.status}`)
  if (answer.status !== 200) {
    const text = method === 'HEAD' ? '' : `${answer.status} ${STATUS_CODES[answer.status]}\n`
    const headers = {
      'Content-Type': 'text/plain',
      ...(answer.status === 301 && { Location: answer.location }),
    }
    response.writeHead(answer.status, headers).end(text)
    return
  }
  response.writeHead(200, { 'Content-Type': answer.contentType, 'Content-Length': answer.size })
  if (method === 'HEAD' || answer.size === 0) {
    closeAnswer(answer)
    response.end()
    return
  }
  // Of a file that grows meanwhile as much as was announced. A client that goes away ends the reading.
  const content = createReadStream('', { fd: answer.fd, start: 0, end: answer.size - 1 })
  pipeline(content, response, () => undefined)
}
