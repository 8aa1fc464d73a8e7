import { X509Certificate, createPrivateKey, type KeyObject } from 'node:crypto'
import { loadOptional } from './optional-package'

/** What is used of node-forge: parsing alone, no cryptography with our keys. */
type Forge = {
  asn1: {
    fromDer(bytes: string): unknown
    toDer(value: unknown): { getBytes(): string }
  }
  pkcs12: {
    pkcs12FromAsn1(
      asn1: unknown,
      strict: boolean,
      password: string
    ): {
      safeContents: Array<{
        safeBags: Array<{ key?: unknown; cert?: unknown }>
      }>
    }
  }
  pki: {
    privateKeyToPem(key: unknown): string
    certificateToAsn1(certificate: unknown): unknown
  }
}

/**
 * The private keys and certificates in a PKCS#12 file. Node opens such files
 * for TLS alone and gives neither out.
 *
 * @throws Error when the password is wrong or the file is none
 * @throws NationalIdError `ERR_PACKAGE_MISSING` without node-forge
 */
export function openPkcs12(
  bytes: Buffer,
  password: string,
  option: string
): { keys: KeyObject[]; certificates: X509Certificate[] } {
  // Its own types are in a package of their own; this is the part that we use.
  const forge = loadOptional('node-forge', option) as Forge
  const file = forge.pkcs12.pkcs12FromAsn1(
    forge.asn1.fromDer(bytes.toString('latin1')),
    false,
    password
  )
  const bags = file.safeContents.flatMap(({ safeBags }) => safeBags)
  return {
    keys: bags.flatMap(({ key }) =>
      isThere(key) ? [createPrivateKey(forge.pki.privateKeyToPem(key))] : []
    ),
    certificates: bags.flatMap(({ cert }) =>
      isThere(cert) ? [certificateOf(forge, cert)] : []
    )
  }
}

function certificateOf(forge: Forge, certificate: unknown): X509Certificate {
  const der = forge.asn1.toDer(forge.pki.certificateToAsn1(certificate))
  return new X509Certificate(Buffer.from(der.getBytes(), 'latin1'))
}

function isThere(value: unknown): boolean {
  return value !== undefined && value !== null
}
