import {
  X509Certificate,
  createHash,
  createPrivateKey,
  createPublicKey,
  type KeyObject
} from 'node:crypto'
import type { Clock } from '../../internal/clock'
import { rsaKey } from '../core/rsa-keys'
import { selfSignedCertificate } from './self-signed-certificate'

/** A key with its certificate, in PEM. */
export type CertifiedKey = { certificate: string; privateKey: string }

/** A certificate and its key, parsed. */
export type ParsedKey = {
  certificate: X509Certificate
  privateKey: KeyObject
  /** SHA-256 of the certificate's DER. */
  thumbprint: Buffer
}

/** The keys of the simulated MOSIP and of the partner that it serves. */
export type KeyMaterial = {
  /** The civil registration's: signs IDA requests, opens credentials. */
  partner: CertifiedKey
  /** ID Authentication's: requests are encrypted for it. */
  ida: CertifiedKey
  /** What credentials are signed with. */
  issuer: CertifiedKey
}

const DAY_MS = 24 * 60 * 60 * 1000

/** Keys that were given, and new ones for the others. */
export function keyMaterial(
  given: Partial<KeyMaterial>,
  clock: Clock
): KeyMaterial {
  return {
    partner: given.partner ?? newKey('partner', clock),
    ida: given.ida ?? newKey('ida', clock),
    issuer: given.issuer ?? newKey('issuer', clock)
  }
}

/** A key of nobody that anybody here knows. */
export function strangersKey(clock: Clock): CertifiedKey {
  return newKey('stranger', clock)
}

function newKey(name: string, clock: Clock): CertifiedKey {
  const { privateKey } = rsaKey(`mosip-${name}`)
  const now = clock.now()
  const certificate = selfSignedCertificate(
    createPrivateKey(privateKey),
    `${name}.mosip-simulator.example`,
    { from: now - DAY_MS, until: now + 3650 * DAY_MS }
  )
  return { certificate, privateKey }
}

/** Parses a key, which takes far longer than using it. */
export function parseKey({ certificate, privateKey }: CertifiedKey): ParsedKey {
  const parsed = new X509Certificate(certificate)
  return {
    certificate: parsed,
    privateKey: createPrivateKey(privateKey),
    thumbprint: createHash('sha256').update(parsed.raw).digest()
  }
}

/** The public key of a certificate, in PEM. */
export function publicKeyOf({ certificate }: CertifiedKey): string {
  return createPublicKey(certificate)
    .export({ type: 'spki', format: 'pem' })
    .toString()
}
