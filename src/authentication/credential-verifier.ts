import type { OptionsIssue } from '../domain/errors'
import type { IdentityData } from '../domain/identity'
import type { JsonValue } from '../domain/json'
import type { Clock } from '../internal/clock'

/** What checking a scanned credential found. */
export type CredentialVerdict =
  | {
      proven: true
      issuer: string
      /** The person's id at the issuer, where the credential has one. */
      subject?: string
      data: IdentityData
    }
  | {
      proven: false
      /** `unreadable`: not a credential of this country; `untrusted`: its signature, issuer or dates are not good. */
      problem: 'unreadable' | 'untrusted'
      /** Our own word for the log; never anything out of the credential. */
      code: string
    }

/**
 * Checks one kind of signed credential. A small port, so that further kinds (Claim 169) can be added: the first
 * verifier that recognises the content decides.
 */
export type CredentialVerifier = {
  readonly name: string
  /**
   * Whether the content has this kind's shape. It is a text, or an object where what was scanned is JSON; either is within
   * the limits of the options. Must not throw, whatever it is given.
   */
  recognises(content: JsonValue): boolean
  /** Never throws for what is in the content. One that asks another server must give up by itself. */
  verify(content: JsonValue): Promise<CredentialVerdict>
}

/** What `qrCredentials(...)` gives: checked with the other options, made when the server starts. */
export type QrFactory = {
  /** What is wrong with its options; `path` is where it stands in the options (`authentication.qr`). */
  issues(path: string): OptionsIssue[]
  weakenings(path: string): Array<{ option: string; effect: string }>
  /** Path inside the scanned JSON to the string that is the credential: `['credential']`. */
  readonly credentialPath: readonly string[]
  /** Made once. @throws OptionsError when there are issues */
  create(dependencies: { clock: Clock }): {
    /**
     * Checks size and shape, then asks the verifiers in order. It takes the credential alone, all that was scanned, or
     * either as JSON text. Never throws, whatever it is given.
     */
    check(content: JsonValue): Promise<CredentialVerdict>
  }
}
