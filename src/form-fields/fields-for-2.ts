import type { IdentityField } from './field-types'
import { checkedQrCode, type Form } from './form'
import { qrCheckField, qrLoaderField } from './qr-fields'
import { readerField } from './reader-field'
import {
  evidenceField,
  noticeFields,
  problemField,
  referenceField
} from './result-fields'
import {
  fetchField,
  fetchLoaderField,
  queryParamsField
} from './sign-in-fields'
import { statusField } from './status-field'

/**
 * The fields for OpenCRVS 2.x, in the order that was tried in a browser (forms CLIENT 10), but for one thing: what
 * listens to the reader and reads it stands behind it. Listeners are reset in the order of the form, and one that stands
 * before the reader would still see the old scan when a sign-in begins anew.
 */
export function fieldsFor2(form: Form): IdentityField[] {
  const { signIn, qrCode } = form
  if (signIn === undefined && qrCode === undefined) {
    return [statusField(form), evidenceField(form)]
  }
  const checked = checkedQrCode(form)
  const hasAnswers = signIn !== undefined || checked !== undefined
  return [
    statusField(form),
    queryParamsField(form),
    ...(signIn === undefined
      ? []
      : [fetchField(form, signIn), fetchLoaderField(form)]),
    ...(checked === undefined
      ? []
      : [qrCheckField(form, checked), qrLoaderField(form)]),
    readerField(form),
    ...(hasAnswers ? [...noticeFields(form), referenceField(form)] : []),
    evidenceField(form),
    ...(hasAnswers ? [problemField(form)] : [])
  ]
}
