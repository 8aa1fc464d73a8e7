import type { MosipOrder } from '../mosip/country'

/** What a server under measurement is. */
export type ServerKind = 'bareHapi' | 'identity' | 'mosip' | 'country'

/** Where a server of ours keeps deliveries. */
export type DatabaseOrder =
  { kind: 'sqlite'; path: string } | { kind: 'postgres'; url: string }

/** A whole country: births, sign-ins and verifications. */
export type CountryOrder = {
  database: DatabaseOrder
  /** Where core and the ID system are; without it nobody answers, so that only the way to the 202 is measured. */
  peersUrl?: string
  /** Calls to the ID system at the same time. */
  concurrency: number
}

/** What a server is told when it starts. */
export type ServerOrder = {
  kind: ServerKind
  /** PEM of OpenCRVS's auth service. */
  authKey: string
  /** PEM of the issuer of QR credentials. */
  credentialKey: string
  /** For its own files; empty. */
  folder: string
  mosip?: MosipOrder
  country?: CountryOrder
}

/** What it says of itself when asked for its `usage`. */
export type Usage = {
  /** Processor time of all its threads since it started. */
  cpuMs: number
  rssMb: number
  /** How long each step of a delivery took since this was asked last, from being taken to being written down. */
  steps: { p50Ms: number; p99Ms: number }
}

/** The encryption secret of every server that is measured. */
export const ENCRYPTION = 'a key for measurements only, 0123456789'

/** The secret that callbacks of the ID system are signed with: Standard Webhooks. */
export const CALLBACK_SECRET = `whsec_${Buffer.alloc(32, 'bench').toString('base64')}`
