/** The platform rejects the whole file. */
export class GoYamlError extends Error {
  override readonly name = 'GoYamlError'
  /** Offset in the text, if known. */
  readonly offset: number | undefined

  constructor(message: string, offset?: number) {
    super(message)
    this.offset = offset
  }
}
