import type { TrustedIssuer } from './options'
import type { UntrustedCode } from './refusal'
import { readTrustedKey, type TrustedKey } from './trusted-key'

/** An issuer whose keys were read. */
export type KnownIssuer = {
  issuer: string
  audience: string | undefined
  keys: readonly TrustedKey[]
}

/** All issuers that are trusted. */
export type KnownIssuers = {
  /**
   * The issuer and those of its keys that a credential can be signed with.
   * @param keyId `kid` or `verificationMethod`; absent: any key of the algorithm
   */
  find(wanted: {
    issuer: unknown
    keyId: unknown
    algorithm: unknown
  }): { known: KnownIssuer; keys: readonly TrustedKey[] } | UntrustedCode
}

/** Reads the keys; `optionIssues` has said before what is wrong with them. */
export function knownIssuers(trusted: readonly TrustedIssuer[]): KnownIssuers {
  const known = new Map(
    trusted.map((option): [unknown, KnownIssuer] => [
      option.issuer,
      {
        issuer: option.issuer,
        audience: option.audience,
        keys: option.keys.flatMap((key) => {
          const read = readTrustedKey(key)
          return 'trusted' in read ? [read.trusted] : []
        })
      }
    ])
  )
  return {
    find({ issuer, keyId, algorithm }) {
      const found = known.get(issuer)
      if (found === undefined) return 'unknownIssuer'
      const named =
        keyId === undefined
          ? found.keys
          : found.keys.filter(({ id }) => id !== undefined && id === keyId)
      if (named.length === 0) return 'unknownKey'
      // RFC 8725, section 3.1: a key is used with one algorithm alone.
      const keys = named.filter((key) => key.algorithm === algorithm)
      return keys.length === 0 ? 'algorithm' : { known: found, keys }
    }
  }
}
