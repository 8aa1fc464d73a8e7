import type { Condition } from './conditions'
import type { IdentityFieldIds } from './field-ids'
import type { FieldReference, FormVersion } from './field-types'
import type { QrCodeMethod, SignInMethod } from './methods'
import type { IdentityMessages } from './translations'

/** What the builders of the single fields know of the form that they build for. */
export type Form = {
  version: FormVersion
  person: string
  event: string
  ids: IdentityFieldIds
  texts: IdentityMessages
  signIn: SignInMethod | undefined
  qrCode: QrCodeMethod | undefined
  /** The country's own condition for all of the fields. */
  show: Condition | undefined
}

/** A QR code whose check this form asks the server for: OpenCRVS 1.9 cannot without sending too often (CLIENT 4). */
export type CheckedQrCode = QrCodeMethod & { checkUrl: string }

/** The method of this form whose results are checked at once, if any. */
export function checkedQrCode(form: Form): CheckedQrCode | undefined {
  const { qrCode, version } = form
  if (version === '1.9' || qrCode?.checkUrl === undefined) return undefined
  return { ...qrCode, checkUrl: qrCode.checkUrl }
}

/**
 * A reference. As a `parent` it is given without subfield: with one it names a field that never changes by itself
 * (forms FACTS 3).
 */
export function reference(
  id: string,
  path: readonly string[] = []
): FieldReference {
  return { $$field: id, $$subfield: [...path] }
}

/** Query parameters by which the server hands back the result of a sign-in, one pair for each person. */
export function ticketParam(person: string): string {
  return `ticket-${person}`
}

/** As `ticketParam`: why there is no ticket. */
export function problemParam(person: string): string {
  return `problem-${person}`
}
