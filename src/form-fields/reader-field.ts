import {
  isFalsy,
  isObject,
  isOneOf,
  not,
  or,
  type Condition
} from './conditions'
import { offReview, parents } from './field-parts'
import type { IdReaderField } from './field-types'
import type { Form } from './form'
import { hasStatus } from './identity-conditions'
import { qrButton } from './qr-fields'
import { signInButton } from './sign-in-fields'
import { allOf } from './show'

/**
 * The buttons, in one box. A listener of the query reader, which everything that starts over resets: a field that was
 * reset so is not filled with its old scan when it comes back (forms CLIENT 4, trap 1).
 */
export function readerField(form: Form): IdReaderField {
  const { ids, texts, signIn, qrCode, version } = form
  const hasQuery = signIn !== undefined || version === '2'
  return {
    id: ids.reader,
    type: 'ID_READER',
    label: texts['reader.label'],
    helperText: texts['reader.help'],
    ...parents(hasQuery ? [ids.queryParams] : []),
    // What a card says is personal, and has no place in a search index.
    secured: true,
    methods: [
      ...(signIn === undefined ? [] : [signInButton(form, signIn)]),
      ...(qrCode === undefined ? [] : [qrButton(form)])
    ],
    conditionals: offReview(
      form,
      version === '1.9' ? isOpenOrFilled(form) : isOpen(form)
    )
  }
}

/**
 * There until there is a status. Not hidden while a scan is checked: its own content is what is being checked, and
 * would be gone (forms CLIENT 4, b3).
 */
function isOpen({ ids, signIn }: Form): Condition | undefined {
  return allOf(
    signIn === undefined ? undefined : isFalsy(ids.fetch, 'loading'),
    not(hasStatus(ids.status))
  )
}

/**
 * OpenCRVS 1.9: what was scanned is checked by the server when the record is sent, and must be in it. So it stays with
 * the status that the scan itself gives, and with whatever status the server finds: 1.9 refuses records with a value in
 * a hidden field (forms FACTS 5). Not hidden while a sign-in loads: after a reload that would be for ever.
 */
function isOpenOrFilled({ ids }: Form): Condition {
  const isClosed = isOneOf(ids.status, ['authenticated', 'verified', 'failed'])
  return or(not(isClosed), isObject(ids.reader))
}
