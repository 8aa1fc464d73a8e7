import type { IdentityData, IdentityMethod, ProvenStatus } from './identity'

/** What evidence says, when it is signed. */
export type EvidenceContent = {
  /** Unique: the id of the ticket, check or verification that it comes from. */
  id: string
  status: ProvenStatus
  method: IdentityMethod
  /** Prefix of the person in the form: `mother`. */
  person: string
  /** The record that it is for. */
  eventId: string
  /** Id of the OpenCRVS user who acted. */
  user: string
  /** When, in milliseconds since 1970. */
  at: number
  /** Who vouches: an OpenID issuer, a credential's issuer, or the system's name. */
  issuer: string
  /** How the person proved themselves, with `signIn`: `acr` of the ID token. */
  assurance?: string
  /** The person's pairwise subject at the issuer. */
  subject?: string
  /** What is vouched for. */
  data: IdentityData
}

/** What evidence is checked against: the declaration it stands in. */
export type EvidenceExpectation = {
  person: string
  eventId: string
  /** As the declaration has it now. */
  data: IdentityData
  /** Older evidence is not taken, in milliseconds. Absent: any age. */
  maxAgeMs?: number
}

/** Why evidence does not prove what it is shown for. */
export type EvidenceProblem =
  /** There is none. */
  | 'missing'
  /** It is not evidence at all. */
  | 'unreadable'
  /** It was not signed by us, or was changed. */
  | 'signature'
  /** It was signed with a key that is no longer in `secrets.encryption`. */
  | 'keyRetired'
  | 'otherRecord'
  | 'otherPerson'
  /** It is older than may be, or from the future. */
  | 'expired'
  /** The declaration says something else than what is vouched for, or nothing that ties it to the person. */
  | 'attributesDiffer'

/** What checking evidence found. */
export type EvidenceVerdict =
  | {
      proven: true
      id: string
      status: ProvenStatus
      method: IdentityMethod
      at: number
      user: string
      issuer: string
      assurance?: string
      subject?: string
      /** Names of the attributes that were compared. */
      attributes: readonly string[]
    }
  | {
      proven: false
      problem: EvidenceProblem
      /** With `attributesDiffer`: names of the attributes; none where nothing could be compared. */
      differing?: readonly string[]
    }
