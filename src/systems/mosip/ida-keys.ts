import type { X509Certificate } from 'node:crypto'
import { readCertificate, readKey, type KeyPair } from './keys'
import type { CheckedIda } from './options'
import { readOnce } from './read-once'

/** The certificate that requests are encrypted for, and the key that signs them. */
export type CertificateKeys = () => Promise<{
  idaCertificate: X509Certificate
  signing: KeyPair
}>

/** Reads IDA's certificate and our key at the first use, and keeps them parsed. */
export function idaKeys(ida: CheckedIda): CertificateKeys {
  return readOnce(async () => ({
    idaCertificate: await readCertificate(ida.certificate, 'ida.certificate'),
    signing: await readKey(ida.signingKey, 'ida.signingKey')
  }))
}
