import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { rootCertificates } from 'node:tls'
import { expect, it } from 'vitest'
import { trustedCertificates } from '../../../src/sources/fetch/certificates.ts'
import { temporaryFolder } from '../../support/files.ts'

const folder = temporaryFolder()

/** A CA of nobody, valid for a hundred years. */
const OWN = `-----BEGIN CERTIFICATE-----
MIIBjjCCATWgAwIBAgIUETEH2dydlJhDy6hV3GrMB+jSbOcwCgYIKoZIzj0EAwIw
HDEaMBgGA1UEAwwRVGVzdCBDQSBvZiBub2JvZHkwIBcNMjYxMTIzMDIwMjQ1WhgP
MjEyNjEwMzAwMjAyNDVaMBwxGjAYBgNVBAMMEVRlc3QgQ0Egb2Ygbm9ib2R5MFkw
EwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE4bTnQKucZKNVALmm0b7CYN7UkOX8SK2P
I7qp/5jDn+Kdn7nVOvx17N7j2yC4NPop8RfVgyZvkch4tAGfgGnZF6NTMFEwHQYD
VR0OBBYEFMU0R030YfmJbXKkjZEnjYvvKjiQMB8GA1UdIwQYMBaAFMU0R030YfmJ
bXKkjZEnjYvvKjiQMA8GA1UdEwEB/wQFMAMBAf8wCgYIKoZIzj0EAwIDRwAwRAIg
Zl6WD3bCvLdxv/T5elG8vweWqmebhMX9G/1+r5fjARwCIE2giq+xeHhFphPbTpmC
0coQrRgwWSYr2zOcfjcIBhuW
-----END CERTIFICATE-----
`

const [known = ''] = rootCertificates

it('are the bundled ones and those of the system, each once', () => {
  writeFileSync(join(folder, 'again.crt'), `text\n${known.replaceAll('\n', '\r\n')}\n`)
  const all = trustedCertificates({ SSL_CERT_FILE: join(folder, 'again.crt') })
  expect(all.length).toBeGreaterThanOrEqual(rootCertificates.length)
  expect(all.filter((each) => each.replace(/\s/g, '') === known.replace(/\s/g, ''))).toHaveLength(1)
})

it('come from SSL_CERT_FILE, SSL_CERT_DIR, CF_SYSTEM_CERT_PATH and NODE_EXTRA_CA_CERTS; other files are ignored', () => {
  const before = trustedCertificates({}).length
  const byHash = join(folder, 'by-hash')
  mkdirSync(byHash)
  writeFileSync(join(byHash, '9d66eef0.0'), OWN)
  writeFileSync(join(folder, 'own.pem'), OWN)
  writeFileSync(join(folder, 'broken.pem'), '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n')
  for (const env of [
    { SSL_CERT_FILE: join(folder, 'own.pem') },
    { SSL_CERT_DIR: `/nowhere:${folder}` },
    { SSL_CERT_DIR: byHash },
    { CF_SYSTEM_CERT_PATH: folder },
    { NODE_EXTRA_CA_CERTS: join(folder, 'own.pem') },
  ]) {
    const found = trustedCertificates(env)
    expect(found).toHaveLength(before + 1)
    expect(found.map((each) => each.replace(/\s/g, ''))).toContain(OWN.replace(/\s/g, ''))
  }
})
