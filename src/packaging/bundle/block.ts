/** A part of a content that is compressed by itself. */
export interface Block {
  readonly bytes: Buffer
  /** What comes before it: the window of deflate, at most. */
  readonly dictionary: Buffer
  /** Of the stream, which it ends then; else it ends on a byte. */
  readonly isLast: boolean
}
