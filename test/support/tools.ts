/** Tools that a suite needs: taken from the machine, else installed by apt-get where that is allowed. */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { connect } from 'node:net'
import { join } from 'node:path'

const FOLDERS = ['/usr/sbin', '/usr/bin', '/sbin', '/bin', '/usr/local/bin']

/** @returns its path; undefined when it cannot be had, which is said */
export function tool(name: string, debianPackage = name): string | undefined {
  const find = () => FOLDERS.map((folder) => join(folder, name)).find((path) => existsSync(path))
  if (find() === undefined && process.getuid?.() === 0) {
    spawnSync(
      'sh',
      [
        '-c',
        `apt-get install -qy ${debianPackage} || { apt-get update -q && apt-get install -qy ${debianPackage}; }`,
      ],
      { stdio: 'ignore' },
    )
  }
  const found = find()
  if (found === undefined)
    console.warn(`skipped what needs ${name}: it is neither here nor can it be installed`)
  return found
}

/** Starts a server and waits until it listens. */
export async function started(command: string, args: readonly string[], port: number): Promise<ChildProcess> {
  const child = spawn(command, args, { stdio: 'ignore' })
  for (let attempt = 0; attempt < 100; attempt++) {
    if (await listens(port)) return child
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  child.kill()
  throw new Error(`${command} does not listen on ${port}`)
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1')
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false))
    socket.once('connect', () => socket.destroy())
  })
}

/** A CA of the test's own, and a certificate of it for localhost and 127.0.0.1, in the folder. */
export function makeCertificates(folder: string): void {
  const openssl = (...args: readonly string[]) =>
    execFileSync('openssl', [...args], { cwd: folder, stdio: 'ignore' })
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']
  openssl(
    'req',
    '-x509',
    ...key,
    '-keyout',
    'ca.key',
    '-out',
    'ca.pem',
    '-days',
    '2',
    '-subj',
    '/CN=CA of a test',
  )
  openssl(
    'req',
    ...key,
    '-keyout',
    'server.key',
    '-out',
    'server.csr',
    '-subj',
    '/CN=localhost',
    '-addext',
    'subjectAltName=DNS:localhost,IP:127.0.0.1',
  )
  openssl(
    'x509',
    '-req',
    '-in',
    'server.csr',
    '-CA',
    'ca.pem',
    '-CAkey',
    'ca.key',
    '-CAcreateserial',
    '-days',
    '2',
    '-copy_extensions',
    'copy',
    '-out',
    'server.pem',
  )
}
