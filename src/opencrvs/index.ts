export {
  AuthenticationError,
  MalformedError,
  NationalIdError,
  OpenCrvsError
} from '../domain/errors'
export type { OpenCrvsFailure } from '../domain/errors'
export type { ConfirmationTarget } from '../domain/delivery'
export type { Declaration, EventReference } from '../domain/event'
export type { JsonObject, JsonValue } from '../domain/json'
export type { OpenCrvsVersion } from './capabilities'
export { createOpenCrvsCore } from './client'
export type { OpenCrvsCoreOptions } from './client'
export type {
  Acceptance,
  ConfirmationResult,
  OpenCrvsCore,
  RecordToken,
  Rejection
} from './core'
export type { EventAction, EventDocument } from './event-document'
export { readEvent } from './read-event'
export type { ReadEvent } from './read-event'
export type { SystemClient } from './token-exchange'
export { createTokenVerifier, hasScope, verifyRecordToken } from './tokens'
export type {
  RecordTokenClaim,
  TokenClaims,
  TokenVerifier,
  TokenVerifierOptions
} from './tokens'
