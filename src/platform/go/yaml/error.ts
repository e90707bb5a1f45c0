/** The platform cannot read it: the whole file is lost. */
export class GoYamlError extends Error {
  override readonly name = 'GoYamlError'
  /** Offset in the text, where it is known. */
  readonly offset: number | undefined

  constructor(message: string, offset?: number) {
    super(message)
    this.offset = offset
  }
}
