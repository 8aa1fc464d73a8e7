import type { Secret } from '../../../internal/secret'
import type {
  MosipIdSchema,
  MosipNotification,
  MosipOffice,
  MosipTls,
  MosipValue
} from '../options'

/**
 * MOSIP by way of an existing mosip-api, for a country that moves in steps.
 * docs/migrating-from-opencrvs-mosip.md says what it can and cannot do.
 */
export type MosipApiOptions = {
  via: 'mosip-api'
  /** Shown in logs, metrics and the audit trail. Default `mosip`. */
  name?: string
  /** Where mosip-api is: `http://mosip-api:2024`. */
  baseUrl: string
  /**
   * RSA private keys in PEM, from 2048 bits. The first signs the tokens that mosip-api is called with; all are taken
   * when it brings one back, so that a key can be replaced while births wait.
   */
  signingKeys: Secret | readonly Secret[]
  /** As with `mosip()`: they go into the packet's meta data and audit. */
  office: MosipOffice
  /** The country's own id schema. mosip-api 1.9 sends one of its own all the same. */
  idSchema: MosipIdSchema
  /** Default `eng`. */
  language?: string
  /** What MOSIP calls a sex, by what the form calls it. Default `{ male: 'Male', female: 'Female' }`. */
  sexValues?: Record<string, string>
  /** The packet's field that carries a known person's number. Default `VID`, the only one that updates take. */
  identifierField?: string
  /** Whom MOSIP tells about the registration. Default: nobody. */
  notification?: MosipNotification
  /** Asks for a new identity (`/events/registration`). */
  createIdentity?: MosipApiOperation
  /** Sends changed attributes (`/events/update-biographics`, which mosip-api has since 2026). */
  updateIdentity?: MosipApiOperation
  /** Flags a person as deceased (`/events/registration`). */
  notifyDeath?: MosipApiOperation
  /** Yes/no verification (`/verify`). */
  verify?: MosipApiVerify
  /** Client certificate and trusted authorities, in PEM. */
  tls?: MosipTls
  /** Longest time for one call, in milliseconds: mosip-api calls MOSIP three times meanwhile. Default 60 000. */
  timeoutMs?: number
  /** Allow `http:` to another machine. Weakens a safeguard: personal data can be read on the way. */
  allowInsecureHttp?: boolean
}

/** What is sent of one operation. The process's name is mosip-api's. */
export type MosipApiOperation = {
  /** The packet's fields, by their name in the id schema, besides the default ones; false leaves a default one out. */
  fields?: Record<string, MosipValue | false>
  /** Fields that must not be missing. Default: those that the id schema requires, for createIdentity. */
  mandatory?: readonly string[]
}

/** How people are compared. */
export type MosipApiVerify = {
  /** What IDA calls a sex; one without a word is not compared. Default: as the form has it. */
  sexValues?: Record<string, string>
}

/** The options with their defaults. */
export type CheckedMosipApiOptions = Omit<
  MosipApiOptions,
  | 'name'
  | 'language'
  | 'sexValues'
  | 'identifierField'
  | 'notification'
  | 'timeoutMs'
  | 'allowInsecureHttp'
> &
  Required<
    Pick<
      MosipApiOptions,
      | 'name'
      | 'language'
      | 'sexValues'
      | 'identifierField'
      | 'notification'
      | 'timeoutMs'
      | 'allowInsecureHttp'
    >
  >

/** Whether options are those of this way to MOSIP. */
export function isViaMosipApi(given: unknown): boolean {
  return typeof given === 'object' && given !== null && 'via' in given
}
