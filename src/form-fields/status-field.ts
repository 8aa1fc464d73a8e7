import {
  and,
  hasText,
  isFalsy,
  isNull,
  isOnline,
  not,
  or,
  type Condition
} from './conditions'
import type { VerificationStatusField } from './field-types'
import { checkedQrCode, reference, type Form } from './form'
import { hasStatus } from './identity-conditions'
import { conditionals, parents } from './field-parts'
import { allOf, anyOf } from './show'

/**
 * The person's status. Its button resets every parent, and with them whatever listens to these.
 *
 * Nothing in the page's address is a source of it: a crafted link could forge a status, or crash the page with a word
 * that OpenCRVS does not know (forms CLIENT 2).
 */
export function statusField(form: Form): VerificationStatusField {
  const { ids, texts, signIn, qrCode } = form
  const sources = [
    ...(signIn === undefined ? [] : [ids.fetch]),
    ...(checkedQrCode(form) === undefined ? [] : [ids.qrCheck])
  ]
  return {
    id: ids.status,
    type: 'VERIFICATION_STATUS',
    label: texts['status.label'],
    ...parents(statusParents(form)),
    ...(sources.length > 0 && {
      value: sources.map((id) => reference(id, ['data', 'verificationStatus']))
    }),
    // Given where the field is shown and no source has a word: after a scan that nobody can check now.
    ...(qrCode !== undefined && { defaultValue: 'pending' }),
    configuration: {
      status: texts['status.text'],
      description: texts['status.description']
    },
    conditionals: [
      ...conditionals(form, isShown(form)),
      // Where there is none, the review page would say "pending" (Output.tsx of both tags).
      { type: 'DISPLAY_ON_REVIEW', conditional: hasStatus(ids.status) }
    ]
  }
}

/** In this order: the one that the address comes in by first, then what it leads to. */
function statusParents(form: Form): string[] {
  const { ids, signIn, qrCode, version } = form
  const hasReader = signIn !== undefined || qrCode !== undefined
  const hasQuery = signIn !== undefined || (hasReader && version === '2')
  return [
    ...(hasQuery ? [ids.queryParams] : []),
    ...(signIn === undefined ? [] : [ids.fetch]),
    ...(hasReader ? [ids.reader] : []),
    ...(checkedQrCode(form) === undefined ? [] : [ids.qrCheck])
  ]
}

function isShown(form: Form): Condition {
  const status = form.ids.status
  const shown =
    form.version === '1.9'
      ? // Once it was set it stays: 1.9 restores the last value of a field that comes back, even over a new one, so that
        // a status that was taken back would return with the next scan.
        isNull(status)
      : anyOf(isCaptured(form), wasHidden(form))
  return shown === undefined ? hasStatus(status) : or(hasStatus(status), shown)
}

/** Something was scanned that cannot be checked now: this is what makes it `pending`, without waiting for anything. */
function isCaptured(form: Form): Condition | undefined {
  const { ids, qrCode } = form
  if (qrCode === undefined) return undefined
  const isScanned = not(isFalsy(ids.reader, 'data'))
  if (checkedQrCode(form) === undefined) return isScanned
  const credential = hasText(ids.reader, ['data', ...qrCode.credentialPath])
  return and(isScanned, or(not(isOnline()), not(credential)))
}

/**
 * The client emptied the field because the country's `show` did not hold for a while. Only a field that is visible at
 * the moment that it holds again gets its value back. But nothing has come in since: with a ticket or a scan the default
 * would be taken for the result.
 */
function wasHidden({ ids, signIn, qrCode }: Form): Condition | undefined {
  const hasReader = signIn !== undefined || qrCode !== undefined
  return allOf(
    isNull(ids.status),
    hasReader ? isFalsy(ids.queryParams, 'data') : undefined,
    hasReader ? isFalsy(ids.reader, 'data') : undefined
  )
}
