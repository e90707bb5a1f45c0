/** System errors in Go's wording. */

/** Go's text for an error code of Node.js: `no such file or directory`. */
export function describeSystemError({ code, message }: NodeJS.ErrnoException): string {
  const words: Readonly<Record<string, string>> = {
    ENOENT: 'no such file or directory',
    EACCES: 'permission denied',
    ENOTDIR: 'not a directory',
    ENOEXEC: 'exec format error',
    ELOOP: 'too many levels of symbolic links',
    E2BIG: 'argument list too long',
    ETXTBSY: 'text file busy',
    ENOSPC: 'no space left on device',
    EROFS: 'read-only file system',
    EISDIR: 'is a directory',
    EEXIST: 'file exists',
    // Of a NUL byte; Node.js's own words quote the value, which may be secret.
    ERR_INVALID_ARG_VALUE: 'invalid argument',
    ECONNREFUSED: 'connection refused',
    ECONNRESET: 'connection reset by peer',
    EHOSTUNREACH: 'no route to host',
    ENETUNREACH: 'network is unreachable',
    EADDRNOTAVAIL: 'cannot assign requested address',
  }
  return words[code ?? ''] ?? message
}

/** `open FILE: no such file or directory` */
export function describePathError(error: NodeJS.ErrnoException, path: string): string {
  // Go can open a directory, but fails to read it.
  const operation = error.syscall ?? (error.code === 'EISDIR' ? 'read' : 'open')
  return `${operation} ${path}: ${describeSystemError(error)}`
}
