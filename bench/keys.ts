import { generateKeyPairSync, type KeyPairKeyObjectResult } from 'node:crypto'

/** PEM. */
export type KeyPair = { publicKey: string; privateKey: string }

/** Keys of those whose word counts. */
export type BenchKeys = {
  /** OpenCRVS's auth service: RSA. */
  auth: KeyPair
  /** Who issues the credentials in QR codes: P-256. */
  credentials: KeyPair
}

export function createKeys(): BenchKeys {
  return {
    auth: asPem(generateKeyPairSync('rsa', { modulusLength: 2048 })),
    credentials: asPem(generateKeyPairSync('ec', { namedCurve: 'P-256' }))
  }
}

function asPem({ publicKey, privateKey }: KeyPairKeyObjectResult): KeyPair {
  return {
    publicKey: String(publicKey.export({ type: 'spki', format: 'pem' })),
    privateKey: String(privateKey.export({ type: 'pkcs8', format: 'pem' }))
  }
}
