import type { SystemAnswer, SystemRequest } from '../../domain/delivery'
import type { JsonValue } from '../../domain/json'
import type { Secret } from '../../internal/secret'
import type {
  StatusQuery,
  VerificationAnswer,
  VerificationRequest
} from '../system'

/** How a national ID system that speaks JSON over HTTPS is reached. */
export type HttpOptions = {
  /** Shown in logs, metrics and the audit trail. Default `http`. */
  name?: string
  /** Where the system's paths begin: `https://id.example.org/api`. */
  baseUrl: string
  /** How we prove who we are. `{ type: 'none' }` is for mutual TLS. */
  authentication: HttpAuthentication
  /** Client certificate and trusted authorities, in PEM. */
  tls?: HttpTls
  /** Sent with every call, except to `tokenUrl`. No secrets here. */
  headers?: Record<string, string>
  /** Longest time for one call, in milliseconds. Default 30 000. */
  timeoutMs?: number
  /**
   * Header that carries our reference, so that a repeated call does the work
   * once. `false` for a system that would do it twice. Default
   * `Idempotency-Key`.
   */
  idempotencyKeyHeader?: string | false
  /** Asks for a new identity. */
  createIdentity?: HttpOperation
  /** Sends changed attributes of an identity. */
  updateIdentity?: HttpOperation
  /** Tells that a person has died. */
  notifyDeath?: HttpOperation
  /** Undoes a registration that was revoked or a death that was reversed. */
  withdraw?: HttpOperation
  /** Deactivates an identity; only by the policy of that name. */
  deactivateIdentity?: HttpOperation
  /** Asks what became of a request. */
  status?: HttpStatus
  /** Asks whether a person's data match: yes or no. */
  verify?: HttpVerify
  /** The system's answers that come later, by calling us. */
  callback?: HttpCallback
  /**
   * Statuses with which the system refuses a person, when the body holds
   * `code` and `reason`. Default 409 and 422.
   */
  refusalStatuses?: readonly number[]
  /**
   * Allow `http:` to another machine. Weakens a safeguard: personal data and
   * credentials can be read and changed on the way.
   */
  allowInsecureHttp?: boolean
}

/** How we prove who we are to the system. */
export type HttpAuthentication =
  | OAuth2Authentication
  | { type: 'apiKey'; header: string; value: Secret }
  | { type: 'bearer'; token: Secret }
  | { type: 'none' }

/** OAuth 2.0 client credentials (RFC 6749, section 4.4). */
export type OAuth2Authentication = {
  type: 'oauth2'
  tokenUrl: string
  clientId: string
  clientSecret: Secret
  scope?: string
  audience?: string
  /** Default `header` (HTTP Basic), which every server must take. */
  sendCredentialsIn?: 'header' | 'body'
}

/** PEM texts, or functions that read them; read once, at the first call. */
export type HttpTls = {
  cert?: Secret
  key?: Secret
  /** Authorities to trust instead of Node's own. */
  ca?: Secret
  passphrase?: Secret
}

/** What the system answered, for a mapping function. */
export type HttpAnswer = {
  status: number
  /** The parsed JSON, or undefined when the body was empty. Not checked. */
  body: unknown
  headers: { get(name: string): string | null }
}

/** One operation that the system takes. */
export type HttpOperation = {
  /** Default `POST`. */
  method?: 'POST' | 'PUT' | 'PATCH' | 'DELETE'
  /** Added to `baseUrl`; may hold `{reference}`, and nothing personal. */
  path: string
  /** The body. Default: see docs/systems/http.md. */
  request?: (request: SystemRequest) => JsonValue
  /** Reads a 2xx or one of `refusalStatuses`. */
  answer?: (answer: HttpAnswer) => SystemAnswer
}

/** The status query. */
export type HttpStatus = {
  /** Default `GET`; a `POST` has the body `{ reference, id }`. */
  method?: 'GET' | 'POST'
  /** May hold `{reference}` and `{systemReference}`; or a function. */
  path: string | ((query: StatusQuery) => string)
  /** Reads a 2xx or 404. */
  answer?: (answer: HttpAnswer) => SystemAnswer | { outcome: 'unknown' }
}

/** Yes/no verification, always a `POST`. */
export type HttpVerify = {
  path: string
  request?: (request: VerificationRequest) => JsonValue
  /** Reads a 2xx. */
  answer?: (answer: HttpAnswer) => VerificationAnswer
}

/** Callbacks, signed per the Standard Webhooks specification. */
export type HttpCallback = {
  /** `whsec_...`; several while one replaces another. */
  secrets: Secret | readonly Secret[]
  /** How old or early a callback may be, in seconds. Default 300. */
  toleranceSeconds?: number
  /** Reads the body, whose sender is proven by then. */
  read?: (body: unknown) => { reference: string; answer: SystemAnswer }
}

/** The options with their defaults. */
export type CheckedHttpOptions = Omit<
  HttpOptions,
  | 'name'
  | 'timeoutMs'
  | 'headers'
  | 'idempotencyKeyHeader'
  | 'refusalStatuses'
  | 'allowInsecureHttp'
  | 'callback'
> & {
  name: string
  timeoutMs: number
  headers: Record<string, string>
  idempotencyKeyHeader: string | false
  refusalStatuses: readonly number[]
  allowInsecureHttp: boolean
  callback?: CheckedHttpCallback
}

/** Callbacks, with the defaults. */
export type CheckedHttpCallback = Omit<HttpCallback, 'toleranceSeconds'> & {
  toleranceSeconds: number
}
