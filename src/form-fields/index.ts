export {
  identityFields,
  type IdentityFields,
  type IdentityFieldsOptions
} from './identity-fields'
export {
  methodsFrom,
  qrCode,
  signIn,
  type FormMethod,
  type FormSettings,
  type QrCodeMethod,
  type QrCodeOptions,
  type SignInMethod,
  type SignInOptions
} from './methods'
export type { FillOptions } from './fill'
export type { ShowOption } from './show'
export type { Condition } from './conditions'
export type { IdentityConditions } from './identity-conditions'
export type { IdentityFieldIds, IdentityFieldName } from './field-ids'
export type * from './field-types'
export {
  identityMessages,
  translationRows,
  type IdentityMessageKey,
  type IdentityMessages,
  type TextOverrides,
  type TranslationRow
} from './translations'
export {
  externalValidationWorkqueue,
  workqueueScope,
  type ExternalValidationWorkqueue
} from './workqueue'
export { identitySummary, type SummaryRow } from './summary'
