/** A client of a language server over its standard streams: https://microsoft.github.io/language-server-protocol/ */
import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'

interface Message {
  readonly id?: number
  readonly method?: string
  readonly params?: unknown
  readonly result?: unknown
  readonly error?: { readonly message: string }
}

export interface Diagnostic {
  readonly message: string
  readonly range: { readonly start: { readonly line: number; readonly character: number } }
}

const SERVER = join(import.meta.dirname, '../../node_modules/yaml-language-server/bin/yaml-language-server')
const SETTINGS = {
  validate: true,
  hover: true,
  completion: true,
  // Only the schema that the file itself names.
  schemaStore: { enable: false },
}

export class LanguageServer {
  readonly #server: ChildProcess = spawn(process.execPath, [SERVER, '--stdio'], {
    stdio: ['pipe', 'pipe', 'ignore'],
  })
  readonly #waiting = new Map<number, (message: Message) => void>()
  readonly #diagnostics = new Map<string, (found: readonly Diagnostic[]) => void>()
  #received = Buffer.alloc(0)
  #lastId = 0

  async start(folder: string): Promise<void> {
    this.#server.stdout?.on('data', (chunk: Buffer) => this.#receive(chunk))
    await this.#request('initialize', {
      processId: process.pid,
      rootUri: pathToFileURL(folder).href,
      capabilities: { workspace: { configuration: true }, textDocument: { hover: {}, completion: {} } },
    })
    this.#send({ method: 'initialized', params: {} })
  }

  stop(): void {
    this.#server.kill()
  }

  /** What the editor marks in a file that was just opened with this text. */
  open(file: string, text: string): Promise<readonly Diagnostic[]> {
    const uri = pathToFileURL(file).href
    const found = new Promise<readonly Diagnostic[]>((resolve) => this.#diagnostics.set(uri, resolve))
    this.#send({
      method: 'textDocument/didOpen',
      params: { textDocument: { uri, languageId: 'yaml', version: 1, text } },
    })
    return found
  }

  /** The labels offered at a place; lines and characters count from 0. */
  async complete(file: string, line: number, character: number): Promise<readonly string[]> {
    const answer = (await this.#request('textDocument/completion', at(file, line, character))) as {
      readonly items: readonly { readonly label: string }[]
    }
    return answer.items.map(({ label }) => label)
  }

  async hover(file: string, line: number, character: number): Promise<string> {
    return JSON.stringify(await this.#request('textDocument/hover', at(file, line, character)))
  }

  async #request(method: string, params: unknown): Promise<unknown> {
    const id = ++this.#lastId
    const answer = new Promise<Message>((resolve) => this.#waiting.set(id, resolve))
    this.#send({ id, method, params })
    const { result, error } = await answer
    if (error) throw new Error(`${method}: ${error.message}`)
    return result
  }

  #send(message: Message): void {
    const body = Buffer.from(JSON.stringify({ jsonrpc: '2.0', ...message }))
    this.#server.stdin?.write(`Content-Length: ${body.length}\r\n\r\n`)
    this.#server.stdin?.write(body)
  }

  #receive(chunk: Buffer): void {
    this.#received = Buffer.concat([this.#received, chunk])
    for (;;) {
      const end = this.#received.indexOf('\r\n\r\n')
      if (end < 0) return
      const length = Number(/Content-Length: (\d+)/.exec(this.#received.toString('latin1', 0, end))?.[1])
      if (this.#received.length < end + 4 + length) return
      const body = this.#received.toString('utf8', end + 4, end + 4 + length)
      this.#received = this.#received.subarray(end + 4 + length)
      this.#take(JSON.parse(body) as Message)
    }
  }

  #take(message: Message): void {
    const { id, method, params } = message
    if (method === undefined) this.#waiting.get(id ?? 0)?.(message)
    else if (method === 'workspace/configuration' && id !== undefined) {
      const { items } = params as { readonly items: readonly { readonly section: string }[] }
      this.#send({ id, result: items.map(({ section }) => (section === 'yaml' ? SETTINGS : {})) })
    } else if (id !== undefined) this.#send({ id, result: null })
    else if (method === 'textDocument/publishDiagnostics') {
      const { uri, diagnostics } = params as {
        readonly uri: string
        readonly diagnostics: readonly Diagnostic[]
      }
      this.#diagnostics.get(uri)?.(diagnostics)
    }
  }
}

function at(file: string, line: number, character: number) {
  return { textDocument: { uri: pathToFileURL(file).href }, position: { line, character } }
}
