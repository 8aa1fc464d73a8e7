import type { MosipOrder } from '../mosip/country'

/** What a server under measurement is. */
export type ServerKind = 'bareHapi' | 'trigger' | 'identity' | 'mosip'

/** What it is told when it starts. */
export type ServerOrder = {
  kind: ServerKind
  /** PEM of OpenCRVS's auth service. */
  authKey: string
  /** PEM of the issuer of QR credentials. */
  credentialKey: string
  /** For its database; empty. */
  folder: string
  mosip?: MosipOrder
}

/** What it says of itself when asked for its `usage`. */
export type Usage = {
  /** Processor time of all its threads since it started. */
  cpuMs: number
  rssMb: number
}
