export { createNationalId, type NationalId } from './national-id'
export type { ActionOptions } from './handlers/action'
export type * from './config/options'
export { when } from './config/rules/when'
export { http } from './systems/http'
export type * from './systems/http'
export { mosip } from './systems/mosip'
export type * from './systems/mosip'
export { inGroupe, inGroupePoc, osia } from './systems/osia'
export type {
  DataAccessOptions,
  InGroupePocOptions,
  OsiaAttributeNames,
  OsiaAuthentication,
  OsiaDuplicates,
  OsiaInterface,
  OsiaLateUin,
  OsiaLookUp,
  OsiaMatch,
  OsiaMode,
  OsiaOAuth2,
  OsiaOptions,
  OsiaPush,
  OsiaReferenceAttribute,
  OsiaThirdPartyVerify,
  OsiaTls,
  OsiaTopic,
  OsiaVerify,
  OsiaVerifyExpressions,
  OsiaWithdraw,
  ReaderAlgorithm,
  ReaderKey,
  SubscriptionOptions
} from './systems/osia'
export type * from './systems/system'
export { postgres } from './store/postgres'
export type {
  PostgresOptions,
  PostgresPlace,
  PostgresTls
} from './store/postgres'
export { sqlite } from './store/sqlite'
export type * from './store/store'
export * from './domain/errors'
export { subjectOf } from './config/subject-of'
export { signedUserInfoOf } from './config/signed-user-info-of'
export { esignet, openIdConnect } from './authentication/openid'
export type * from './authentication/openid'
export { SignInError } from './authentication/relying-party'
export type {
  RelyingParty,
  SignInFactory,
  SignInResult,
  SignInTransaction
} from './authentication/relying-party'
export { qrCredentials } from './authentication/qr'
export type * from './authentication/qr'
export type * from './authentication/credential-verifier'
export type { FormOptions } from './identity-form'
export type {
  FormAnswer,
  FormAttributes,
  IdentityData,
  IdentityMethod,
  IdentityProblem,
  IdentityStatus,
  ProvenStatus
} from './domain/identity'
export type { Secret } from './internal/secret'
export type { Logger } from './internal/logger'
export type { Person, PersonName } from './domain/person'
export type { Decision, DeliveryMode, SystemOperation } from './domain/decision'
export type {
  Declaration,
  EventReference,
  ActionReference
} from './domain/event'
export type {
  Delivery,
  DeliveryState,
  FinalAnswer,
  SystemAnswer,
  SystemRequest
} from './domain/delivery'
export type { AuditRecord } from './domain/audit'
export type { JsonObject, JsonValue } from './domain/json'
