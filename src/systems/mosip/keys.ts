import {
  X509Certificate,
  createHash,
  createPrivateKey,
  createPublicKey,
  type KeyObject
} from 'node:crypto'
import { NationalIdError } from '../../domain/errors'
import { resolveSecret, type Secret } from '../../internal/secret'
import type { MosipBinary, MosipKey } from './options'
import { openPkcs12 } from './pkcs12'

/** A private key and its certificate, parsed. */
export type KeyPair = { privateKey: KeyObject; certificate: X509Certificate }

/**
 * Reads a key of the options. Parsing takes far longer than using it, so do it
 * once.
 *
 * @param option where it stands in the options, for errors
 * @throws NationalIdError `ERR_SYSTEM_KEY`, retryable (a mounted file may come
 *   later), `ERR_SECRET` when a function fails, or `ERR_PACKAGE_MISSING`
 */
export async function readKey(key: MosipKey, option: string): Promise<KeyPair> {
  return 'pkcs12' in key ? readPkcs12(key, option) : readPem(key, option)
}

async function readPem(
  key: Extract<MosipKey, { certificate: Secret }>,
  option: string
): Promise<KeyPair> {
  const pem = await resolveSecret(key.privateKey, `${option}.privateKey`)
  const passphrase =
    key.passphrase === undefined
      ? undefined
      : await resolveSecret(key.passphrase, `${option}.passphrase`)
  const certificate = await readCertificate(
    key.certificate,
    `${option}.certificate`
  )
  const privateKey = parsed(`${option}.privateKey`, () =>
    createPrivateKey({
      key: pem,
      ...(passphrase === undefined ? {} : { passphrase })
    })
  )
  if (certificate.checkPrivateKey(privateKey))
    return { privateKey, certificate }
  throw wrong(
    option,
    'its certificate and its private key do not belong together'
  )
}

async function readPkcs12(
  key: Extract<MosipKey, { pkcs12: MosipBinary }>,
  option: string
): Promise<KeyPair> {
  const bytes = await readBytes(key.pkcs12, `${option}.pkcs12`)
  const password = await resolveSecret(key.passphrase, `${option}.passphrase`)
  const { certificates, keys } = parsed(`${option}.pkcs12`, () =>
    openPkcs12(bytes, password, `${option}.pkcs12`)
  )
  for (const privateKey of keys) {
    // A key store may hold the certificates of the authorities too.
    const certificate = certificates.find((one) =>
      one.checkPrivateKey(privateKey)
    )
    if (certificate !== undefined) return { privateKey, certificate }
  }
  throw wrong(option, 'it holds no private key with its certificate')
}

async function readBytes(binary: MosipBinary, name: string): Promise<Buffer> {
  if (typeof binary === 'string') return Buffer.from(binary, 'base64')
  let given: Uint8Array | string
  try {
    given = await binary()
  } catch {
    throw wrong(name, 'its function failed')
  }
  return typeof given === 'string'
    ? Buffer.from(given, 'base64')
    : Buffer.from(given)
}

/**
 * Reads a certificate in PEM.
 * @throws NationalIdError `ERR_SYSTEM_KEY`, `ERR_SECRET`
 */
export async function readCertificate(
  certificate: Secret,
  option: string
): Promise<X509Certificate> {
  const pem = await resolveSecret(certificate, option)
  return parsed(option, () => new X509Certificate(pem))
}

/**
 * Reads a public key, or that of a certificate, in PEM.
 * @throws NationalIdError `ERR_SYSTEM_KEY`, `ERR_SECRET`
 */
export async function readPublicKey(
  key: Secret,
  option: string
): Promise<KeyObject> {
  const pem = await resolveSecret(key, option)
  return parsed(option, () => createPublicKey(pem))
}

/** SHA-256 of the certificate's DER: what MOSIP calls its thumbprint. */
export function thumbprintOf({ raw }: X509Certificate): Buffer {
  return createHash('sha256').update(raw).digest()
}

/** Nothing of the cause is told: a parser may quote what it could not read. */
function parsed<T>(option: string, parse: () => T): T {
  try {
    return parse()
  } catch (error) {
    if (error instanceof NationalIdError) throw error
    throw wrong(
      option,
      'it cannot be read: it is damaged, in another format, or its passphrase is wrong'
    )
  }
}

function wrong(option: string, problem: string): NationalIdError {
  return new NationalIdError(
    `The key ${option} cannot be used: ${problem}. Replace it; see docs/systems/mosip.md, "Keys and certificates".`,
    { code: 'ERR_SYSTEM_KEY', retryable: true }
  )
}
