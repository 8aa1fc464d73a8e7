export { inGroupe } from './presets/in-groupe'
export { inGroupePoc } from './presets/in-groupe-poc'
export type { InGroupePocOptions } from './presets/in-groupe-poc-options'
export { osia } from './create'
export type {
  OsiaAttributeNames,
  OsiaAuthentication,
  OsiaDuplicates,
  OsiaInterface,
  OsiaLateUin,
  OsiaLookUp,
  OsiaMode,
  OsiaOAuth2,
  OsiaOptions,
  OsiaPush,
  OsiaReferenceAttribute,
  OsiaTls,
  OsiaTopic,
  OsiaWithdraw
} from './options'
export type {
  DataAccessOptions,
  ReaderAlgorithm,
  ReaderKey
} from './data-access'
export type { SubscriptionOptions } from './notification'
export type {
  OsiaMatch,
  OsiaThirdPartyVerify,
  OsiaVerify,
  OsiaVerifyExpressions
} from './verify-options'
