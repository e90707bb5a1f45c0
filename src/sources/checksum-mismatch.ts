/**
 * The error for a download whose checksum differs.
 * @param uri without credentials
 */
export function checksumMismatch(
  uri: string,
  expected: string,
  {
    sha256,
    bytes,
    isPage = false,
    isEncoded = false,
  }: {
    readonly sha256: string
    readonly bytes: number
    readonly isPage?: boolean
    readonly isEncoded?: boolean
  },
): Error {
  const reason = isPage
    ? ': the server sent an HTML page, not the file; check whether the URI requires a login'
    : isEncoded
      ? ': the server compressed the file (Content-Encoding); use the checksum of what `curl -L` downloads'
      : '; check sha256 and the URI'
  return new Error(
    `checksum mismatch for ${uri}: expected ${expected}, got ${sha256} (${bytes} bytes)${reason}`,
  )
}
