/**
 * The certificates that a download trusts: those bundled with Node.js, and the system's store, where operators add
 * theirs. Sources: OpenSSL's `SSL_CERT_FILE` and `SSL_CERT_DIR`, Cloud Foundry's `CF_SYSTEM_CERT_PATH`, and Node.js's
 * `NODE_EXTRA_CA_CERTS`, which Node.js ignores when a list is passed.
 */
import { X509Certificate } from 'node:crypto'
import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { rootCertificates } from 'node:tls'
import { attempt } from '../../system/attempt.ts'
import type { Environment } from '../../system/environment.ts'
import { readForeignFile } from '../../system/foreign-file.ts'

const SYSTEM_FILES = [
  '/etc/ssl/certs/ca-certificates.crt',
  '/etc/pki/tls/certs/ca-bundle.crt',
  '/etc/ssl/cert.pem',
]
const SYSTEM_FOLDER = '/etc/ssl/certs'
const PEM = /-----BEGIN (?:TRUSTED )?CERTIFICATE-----[\s\S]+?-----END (?:TRUSTED )?CERTIFICATE-----/g

/** Certificates in PEM, each once. Unreadable files and files without certificates are ignored. */
export function trustedCertificates(env: Environment): string[] {
  const found = new Map(rootCertificates.map((each) => [keyOf(each), each]))
  for (const file of certificateFiles(env)) {
    for (const pem of attempt(() => readCertificates(file)) ?? []) {
      const key = keyOf(pem)
      if (!found.has(key) && isCertificate(pem)) found.set(key, pem)
    }
  }
  return [...found.values()]
}

function certificateFiles(env: Environment): readonly string[] {
  const folders = [...(env.SSL_CERT_DIR ?? '').split(':'), env.CF_SYSTEM_CERT_PATH ?? '', SYSTEM_FOLDER]
  const named = [env.SSL_CERT_FILE ?? '', env.NODE_EXTRA_CA_CERTS ?? '']
  const files = [...named, ...SYSTEM_FILES, ...folders.filter(Boolean).flatMap(filesIn)]
  return files.filter((each) => each !== '')
}

/** Certificates of a directory, without OpenSSL's hash names, which are links to the same certificates. */
function filesIn(folder: string): readonly string[] {
  return (attempt(() => readdirSync(folder, { withFileTypes: true })) ?? [])
    .filter((each) => /\.(pem|crt|cer)$/i.test(each.name) || (each.isFile() && /\.\d+$/.test(each.name)))
    .map((each) => join(folder, each.name))
}

const MAX_FILE = 8 * 1024 * 1024

/** Why `SSL_CERT_FILE` adds no certificate; undefined if it does, or is not set. */
export function certificateFileFault({ SSL_CERT_FILE: file }: Environment): string | undefined {
  if (!file) return undefined
  try {
    return readCertificates(file).some(isCertificate) ? undefined : `${file} has no certificate`
  } catch (thrown) {
    return (thrown as Error).message
  }
}

/** @throws InputError when it cannot be read */
function readCertificates(file: string): readonly string[] {
  return readForeignFile(file, MAX_FILE).toString('latin1').match(PEM) ?? []
}

const isCertificate = (pem: string) => attempt(() => new X509Certificate(pem)) !== undefined

function keyOf(pem: string): string {
  return pem.replace(/-----[^-]+-----|\s+/g, '')
}
