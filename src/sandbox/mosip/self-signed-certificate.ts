import { createPublicKey, sign, type KeyObject } from 'node:crypto'
import { secretBytes } from '../../internal/ids'

// Tags of DER (ITU-T X.690) that a certificate is made of.
const INTEGER = 0x02
const BIT_STRING = 0x03
const NULL = 0x05
const OBJECT_ID = 0x06
const UTF8_STRING = 0x0c
const GENERALIZED_TIME = 0x18
const UTC_TIME = 0x17
const SEQUENCE = 0x30
const SET = 0x31
const VERSION = 0xa0

/** 1.2.840.113549.1.1.11, sha256WithRSAEncryption. */
const SHA256_WITH_RSA = Buffer.from('2a864886f70d01010b', 'hex')
/** 2.5.4.3, common name. */
const COMMON_NAME = Buffer.from('550403', 'hex')

/**
 * A certificate that vouches for itself (RFC 5280, section 4.1, without
 * extensions), in PEM. Node reads certificates and makes none, and a simulator
 * is no reason to depend on a library that does.
 *
 * @param key an RSA private key
 * @param validity milliseconds since 1970
 */
export function selfSignedCertificate(
  key: KeyObject,
  commonName: string,
  validity: { from: number; until: number }
): string {
  const algorithm = der(
    SEQUENCE,
    der(OBJECT_ID, SHA256_WITH_RSA),
    der(NULL, Buffer.alloc(0))
  )
  const name = der(
    SEQUENCE,
    der(
      SET,
      der(
        SEQUENCE,
        der(OBJECT_ID, COMMON_NAME),
        der(UTF8_STRING, Buffer.from(commonName, 'utf8'))
      )
    )
  )
  const toBeSigned = der(
    SEQUENCE,
    // Version 3.
    der(VERSION, der(INTEGER, Buffer.from([2]))),
    der(INTEGER, serialNumber()),
    algorithm,
    name,
    der(SEQUENCE, time(validity.from), time(validity.until)),
    name,
    createPublicKey(key).export({ type: 'spki', format: 'der' })
  )
  const signature = sign('sha256', toBeSigned, key)
  return pem(
    der(
      SEQUENCE,
      toBeSigned,
      algorithm,
      // No unused bits in the last byte.
      der(BIT_STRING, Buffer.concat([Buffer.from([0]), signature]))
    )
  )
}

function der(tag: number, ...parts: Buffer[]): Buffer {
  const content = Buffer.concat(parts)
  return Buffer.concat([Buffer.from([tag]), length(content.length), content])
}

function length(bytes: number): Buffer {
  if (bytes < 0x80) return Buffer.from([bytes])
  const digits = Buffer.from(bytes.toString(16).padStart(8, '0'), 'hex')
  const significant = digits.subarray(digits.findIndex((byte) => byte !== 0))
  return Buffer.concat([Buffer.from([0x80 | significant.length]), significant])
}

/** Positive, and without a leading zero. */
function serialNumber(): Buffer {
  return Buffer.concat([Buffer.from([0x40]), secretBytes(15)])
}

/** RFC 5280, section 4.1.2.5: two digits for the year until 2049. */
function time(at: number): Buffer {
  const date = new Date(at)
  const digits = date.toISOString().replace(/\D/g, '').slice(0, 14)
  return date.getUTCFullYear() < 2050
    ? der(UTC_TIME, Buffer.from(`${digits.slice(2)}Z`))
    : der(GENERALIZED_TIME, Buffer.from(`${digits}Z`))
}

function pem(certificate: Buffer): string {
  const lines = certificate.toString('base64').match(/.{1,64}/g) ?? []
  return [
    '-----BEGIN CERTIFICATE-----',
    ...lines,
    '-----END CERTIFICATE-----',
    ''
  ].join('\n')
}
