import type { IdentityField } from './field-types'
import type { Form } from './form'
import { readerField } from './reader-field'
import { noticeFieldsOfSignIn } from './result-fields'
import {
  evidenceKeeperField,
  plainFetchLoaderField,
  queryProblemField,
  ticketField,
  triggeredFetchField
} from './sign-in-fields'
import { statusField } from './status-field'

/**
 * The fields for OpenCRVS 1.9. Its HTTP fields need a trigger, it has no hidden texts, and it judges a record by all of
 * its fields at every action: what holds a value must not disappear whatever the status becomes.
 */
export function fieldsFor19(form: Form): Array<IdentityField<'1.9'>> {
  const { signIn, qrCode } = form
  return [
    statusField(form),
    ...(signIn === undefined
      ? [evidenceKeeperField(form)]
      : [
          ticketField(form),
          queryProblemField(form),
          triggeredFetchField(form, signIn),
          plainFetchLoaderField(form)
        ]),
    ...(signIn === undefined && qrCode === undefined
      ? []
      : [readerField(form)]),
    ...noticeFieldsOfSignIn(form)
  ]
}
