import type { IdentityProblem } from '../domain/identity'
import {
  and,
  hasText,
  isEqualTo,
  isFalsy,
  isNull,
  isOneOf,
  isWithoutError,
  never,
  not,
  or,
  type Condition
} from './conditions'
import { offReview, parents } from './field-parts'
import type { HiddenField, ParagraphField, TextField } from './field-types'
import {
  checkedQrCode,
  problemParam,
  reference,
  ticketParam,
  type Form
} from './form'
import { hasStatus } from './identity-conditions'
import { anyOf } from './show'

const SIGN_IN_PROBLEMS: readonly IdentityProblem[] = [
  'cancelled',
  'unavailable',
  'expired',
  'refused',
  'assurance',
  'unexpected',
  'unsaved',
  'session'
]

const QR_PROBLEMS: readonly IdentityProblem[] = [
  'unavailable',
  'expired',
  'refused',
  'unexpected',
  'unsaved',
  'session',
  'unreadable',
  'untrusted'
]

/**
 * What backs the status: evidence of the server, else the scanned credential, so that it can be checked later. Shown
 * only as a text: a foreign QR code may have anything in its place, and a value of the wrong kind in a field that nobody
 * sees blocks the declaration (forms FACTS 4, ALPHA_HIDDEN). Null is the trace of having been hidden, see status-field.
 */
export function evidenceField(form: Form): HiddenField {
  const { ids, texts, qrCode } = form
  const values = [
    ...httpFields(form).map((id) => reference(id, ['data', 'evidence'])),
    ...(qrCode === undefined
      ? []
      : [reference(ids.reader, ['data', ...qrCode.credentialPath])])
  ]
  return {
    id: ids.evidence,
    type: 'ALPHA_HIDDEN',
    label: texts['evidence.label'],
    ...resultParents(form),
    ...(values.length > 0 && { value: values }),
    secured: true,
    conditionals: offReview(
      form,
      or(hasText(ids.evidence), isNull(ids.evidence))
    )
  }
}

/** Why there is no proof, for the notices. From the page's address only that a sign-in was cancelled is believed. */
export function problemField(form: Form): HiddenField {
  const { ids, texts, person, signIn } = form
  const values = [
    ...httpFields(form).map((id) => reference(id, ['data', 'problem'])),
    ...(signIn === undefined
      ? []
      : [reference(ids.queryParams, ['data', problemParam(person)])])
  ]
  return {
    id: ids.problem,
    type: 'ALPHA_HIDDEN',
    label: texts['problem.label'],
    ...resultParents(form),
    ...(values.length > 0 && { value: values }),
    conditionals: offReview(form)
  }
}

/** What the registrar can quote. Never out of the page's address: a crafted link could put words on the page. */
export function referenceField(form: Form): TextField {
  const { ids, texts } = form
  return {
    id: ids.reference,
    type: 'TEXT',
    label: texts['reference.label'],
    ...resultParents(form),
    value: httpFields(form).map((id) => reference(id, ['data', 'reference'])),
    configuration: { type: 'text' },
    conditionals: [
      ...offReview(
        form,
        and(
          isOneOf(ids.status, ['failed', 'pending']),
          hasText(ids.problem),
          hasText(ids.reference)
        )
      ),
      { type: 'ENABLE', conditional: never() }
    ]
  }
}

/** A sentence for every problem that the form's methods can have. */
export function noticeFields(form: Form): ParagraphField[] {
  return problemsOf(form).map((problem) =>
    notice(
      form,
      problem,
      problem === 'cancelled'
        ? and(
            isEqualTo(form.ids.problem, problem),
            not(hasStatus(form.ids.status))
          )
        : isTrouble(form, problem)
    )
  )
}

/**
 * OpenCRVS 1.9: there is no hidden text to keep the problem in, so it is read where it came from. Those of a QR code are
 * found when the record is sent.
 */
export function noticeFieldsOfSignIn(form: Form): ParagraphField[] {
  const { ids, person, signIn } = form
  if (signIn === undefined) return []
  const isFailed = isOneOf(ids.status, ['failed'])
  const isUnanswered = and(
    hasText(ids.queryParams, ['data', ticketParam(person)]),
    not(isWithoutError(ids.fetch))
  )
  return SIGN_IN_PROBLEMS.map((problem) => {
    if (problem === 'cancelled') {
      const path = ['data', problemParam(person)]
      const isCancelled = isEqualTo(ids.queryProblem, problem, path)
      return notice(form, problem, and(isCancelled, not(hasStatus(ids.status))))
    }
    const isSaid = isEqualTo(ids.fetch, problem, ['data', 'problem'])
    return notice(
      form,
      problem,
      and(
        isFailed,
        problem === 'unavailable' ? or(isSaid, isUnanswered) : isSaid
      )
    )
  })
}

function problemsOf({ signIn, qrCode }: Form): IdentityProblem[] {
  return [
    ...new Set([
      ...(signIn === undefined ? [] : SIGN_IN_PROBLEMS),
      ...(qrCode === undefined ? [] : QR_PROBLEMS)
    ])
  ]
}

/** A status stands beside the problem: words out of the page's address alone show nothing. */
function isTrouble(form: Form, problem: IdentityProblem): Condition {
  const { ids } = form
  const isSaid = and(
    isEqualTo(ids.problem, problem),
    isOneOf(ids.status, ['failed', 'pending'])
  )
  if (problem !== 'unavailable') return isSaid
  return (
    anyOf(isSaid, ...httpFields(form).map((id) => isMeaningless(form, id))) ??
    isSaid
  )
}

/** An answer came that says nothing: that of a proxy or a wrong address, as a rule a web page (forms CLIENT 2). */
function isMeaningless({ ids }: Form, http: string): Condition {
  return and(
    isFalsy(http, 'loading'),
    not(isFalsy(http, 'data')),
    not(hasStatus(ids.status))
  )
}

function notice(
  form: Form,
  problem: IdentityProblem,
  own: Condition
): ParagraphField {
  return {
    id: form.ids.notice(problem),
    type: 'PARAGRAPH',
    label: form.texts[`notice.${problem}`],
    configuration: { styles: { hint: true } },
    conditionals: offReview(form, own)
  }
}

function httpFields(form: Form): string[] {
  const { ids, signIn } = form
  return [
    ...(signIn === undefined ? [] : [ids.fetch]),
    ...(checkedQrCode(form) === undefined ? [] : [ids.qrCheck])
  ]
}

/** Everything that begins anew. One level only: a field that was reset tells nobody (forms FACTS 3). */
function resultParents(form: Form): ReturnType<typeof parents> {
  const { ids, signIn, qrCode } = form
  const hasReader = signIn !== undefined || qrCode !== undefined
  return parents([
    ...(hasReader ? [ids.queryParams] : []),
    ...httpFields(form),
    ...(hasReader ? [ids.reader] : [])
  ])
}
