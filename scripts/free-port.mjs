import { createServer } from 'node:net'

/** A TCP port on which nothing listens: the first one from `from` on, or without `from` one that the kernel chooses. */
export async function freePort(from = 0) {
  const port = await new Promise((resolve) => {
    const server = createServer()
    server.once('error', () => resolve(undefined))
    server.listen(from, () => {
      const { port } = server.address()
      server.close(() => resolve(port))
    })
  })
  return port ?? freePort(from + 1)
}
