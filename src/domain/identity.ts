import type { JsonValue } from './json'
import type { Person, PersonName } from './person'

/**
 * The four words that OpenCRVS's VERIFICATION_STATUS field knows; any other crashes the form page (forms CLIENT 2):
 * - `authenticated`: the person proved presence to the ID system;
 * - `verified`: the data match the ID system's;
 * - `pending`: captured, not checked yet;
 * - `failed`: the check was made and did not succeed.
 */
export type IdentityStatus = 'authenticated' | 'verified' | 'pending' | 'failed'

export const IDENTITY_STATUSES = [
  'authenticated',
  'verified',
  'pending',
  'failed'
] as const satisfies readonly IdentityStatus[]

/** The statuses that evidence can stand for. */
export type ProvenStatus = Extract<IdentityStatus, 'authenticated' | 'verified'>

/** How an identity was proven. */
export type IdentityMethod = 'signIn' | 'qrCode' | 'verification'

/** What is known of a person from the ID system, or claimed in a declaration. */
export type IdentityData = Person & {
  /** The person's identifier in the ID system. */
  identifier?: string
  /**
   * The name came as one text, so where the surname begins is our guess: another guess is no other name (evidence then
   * compares the words in their order).
   */
  nameAsOneText?: boolean
}

/** Why a sign-in or a check gave no proof, one word each; the form has a sentence for every one of them. */
export type IdentityProblem =
  /** The person stopped at the provider. */
  | 'cancelled'
  /** The provider, or our own server, could not be reached or did not answer in time. */
  | 'unavailable'
  /** It took too long, or was used before. */
  | 'expired'
  /** The provider said no. */
  | 'refused'
  /** The person proved themselves in a weaker way than the country demands. */
  | 'assurance'
  /** What came back could not be trusted. */
  | 'unexpected'
  /** The declaration has no permanent id yet (forms FACTS 6): it was begun offline. */
  | 'unsaved'
  /** Another user, browser or record began it. */
  | 'session'
  /** What was scanned is not a credential of this country. */
  | 'unreadable'
  /** The scanned credential's signature, issuer or dates are not good. */
  | 'untrusted'

export const IDENTITY_PROBLEMS = [
  'cancelled',
  'unavailable',
  'expired',
  'refused',
  'assurance',
  'unexpected',
  'unsaved',
  'session',
  'unreadable',
  'untrusted'
] as const satisfies readonly IdentityProblem[]

/** Attributes as the form's fields read them: `data.attributes.<name>` of an HTTP field's value. */
export type FormAttributes = {
  name?: PersonName
  dateOfBirth?: string
  sex?: string
  identifier?: string
} & Record<string, JsonValue | PersonName | undefined>

/**
 * What the form's HTTP fields are answered, always with status 200 and as JSON: a failed call is sent twice, wipes the
 * fields that listen, and can block the declaration unseen (forms FACTS 4, CLIENT 2).
 */
export type FormAnswer = {
  verificationStatus: IdentityStatus
  /** What backs the status: kept in the form's hidden field, checked again at every action. */
  evidence?: string
  attributes?: FormAttributes
  problem?: IdentityProblem
  /** To be found again in our log. */
  reference: string
}
