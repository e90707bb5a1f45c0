/** The two outputs of one log source, as in executor's log streamer: messages are split, counted and logged. */
import type { LogStream } from './log-line.ts'
import type { LogLimiter } from './log-rate-limit.ts'
import { MessageSplitter, type MessageText } from './message-splitter.ts'

export type LogSink = (source: string, stream: LogStream, texts: readonly MessageText[]) => void

export class LogStreamer {
  readonly source: string
  readonly stdout: MessageSplitter
  readonly stderr: MessageSplitter

  /** @param limiter absent: no limit */
  constructor(source: string, log: LogSink, limiter?: LogLimiter) {
    this.source = source
    const limited = (stream: LogStream) => (texts: readonly MessageText[]) => {
      for (const text of texts) {
        const tell = (exceeded: string) => log(source, 'OUT', [exceeded])
        if (limiter?.(Buffer.byteLength(text), tell)) log(source, stream, [text])
      }
    }
    const splitter = (stream: LogStream) =>
      new MessageSplitter(limiter ? limited(stream) : (texts) => log(source, stream, texts))
    this.stdout = splitter('OUT')
    this.stderr = splitter('ERR')
  }

  /** A line of the platform on this source. */
  line(stream: LogStream, text: string): void {
    const output = stream === 'OUT' ? this.stdout : this.stderr
    output.write(Buffer.from(`${text}\n`))
  }

  /**
   * The line of a process's end. It is written without a newline before it, so it continues an unfinished line of standard
   * output; an unfinished line of standard error follows.
   */
  end(text: string): void {
    this.stdout.write(Buffer.from(text))
    this.stdout.flush()
    this.stderr.flush()
  }
}
