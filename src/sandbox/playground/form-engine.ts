import { parseJson } from '../../internal/http'
import type { FieldChange } from './form-change'
import type { FormField } from './form-description'
import { findProblems } from './form-problems'
import { FormSession, type FormSessionOptions } from './form-session'
import type { FormValues } from './form-values'
import type { RequestOutcome } from './http-answer'
import type { PendingRequest } from './http-runs'
import { placeOf } from './page-address'
import { viewSession, type FormView } from './session-view'

/**
 * One load of a declaration form's page: does what OpenCRVS's client does with
 * the values, and leaves the drawing and the HTTP calls to a browser. (How the
 * client was seen to behave: forms CLIENT.) Calls that make no sense now, such
 * as one for a field that is not shown, change nothing.
 */
export type FormEngine = {
  /** A field's own input reports a value. */
  change(fieldId: string, value: unknown): void
  /** The user left the input: from now on its error shows. */
  touch(fieldId: string): void
  /** Presses a BUTTON. */
  press(fieldId: string): void
  /** A code was scanned with a QR_READER or ID_READER; a text that is not JSON sets nothing. */
  scan(fieldId: string, text: string): void
  /** Confirms the dialog of a VERIFICATION_STATUS. */
  revoke(fieldId: string): void
  /** The buttons below a page. */
  next(): void
  back(): void
  review(): void
  /** Goes to another address of the form without a button: a link on review, the browser's history. */
  open(href: string): void
  setOnline(online: boolean): void
  /** HTTP calls that the browser must make now, each `id` and `attempt` once. */
  pending(): PendingRequest[]
  finish(id: string, attempt: number, outcome: RequestOutcome): void
  view(): FormView
  /** What the next load of the page starts from. */
  draft(): FormValues
  /** What DECLARE would send: visible values, and null for what was hidden on the way. */
  declaration(): FormValues
}

/**
 * Loads a page of a form.
 *
 * @throws Error when there are no pages, or a field has no id or type
 *
 * @example
 * const engine = createFormEngine({ pages, href })
 * engine.change('mother.occupation', 'teacher')
 * engine.view().values['mother.occupation']
 */
export function createFormEngine(options: FormSessionOptions): FormEngine {
  const session = new FormSession(options)
  return {
    ...inputs(session),
    ...navigation(session),
    setOnline: (online) =>
      session.attempt(() => {
        session.online = online
      }),
    pending: () => pendingOf(session),
    finish: (id, attempt, outcome) =>
      session.attempt(() => {
        const report = session.runs.finish(id, attempt, outcome)
        if (report !== undefined) session.apply(report)
      }),
    view: () => viewSession(session),
    draft: () => asJson(session.stored),
    declaration: () => asJson(session.rules.withoutHidden(session.stored, true))
  }
}

type Inputs = Pick<FormEngine, 'change' | 'touch' | 'press' | 'scan' | 'revoke'>

function inputs(session: FormSession): Inputs {
  function act(
    fieldId: string,
    changesOf: (field: FormField, form: FormValues) => FieldChange[]
  ): void {
    session.attempt(() => {
      const found = shownField(session, fieldId)
      if (found === undefined) return
      const changes = changesOf(found.field, found.form)
      if (changes.length > 0) session.commit(changes)
    })
  }
  return {
    change: (fieldId, value) =>
      act(fieldId, ({ id }) => [{ id, value: valueOf(value) }]),
    touch: (fieldId) => void session.touched.add(fieldId),
    press: (fieldId) =>
      act(fieldId, ({ id, type }, form) =>
        type === 'BUTTON' ? [{ id, value: Number(form[id] ?? 0) + 1 }] : []
      ),
    scan: (fieldId, text) =>
      act(fieldId, ({ id, type }) => {
        const data = parseJson(text)
        const canScan = type === 'ID_READER' || type === 'QR_READER'
        return canScan && data !== undefined ? [{ id, value: { data } }] : []
      }),
    revoke: (fieldId) =>
      act(fieldId, ({ id, parents }) => [
        ...parents.map((parent) => ({ id: parent, value: undefined })),
        ...(parents.length > 0 ? [{ id, value: null }] : [])
      ])
  }
}

/** A cleared input of the browser comes as null; the client sets undefined. */
function valueOf(value: unknown): unknown {
  return value === null ? undefined : value
}

/** A field of the page on screen that is visible and not disabled. */
function shownField(
  session: FormSession,
  fieldId: string
): { field: FormField; form: FormValues } | undefined {
  const { moment, page, rules } = session
  const form = { ...moment.stored, ...moment.page }
  const field = page?.fields.find(
    (candidate) =>
      candidate.id === fieldId &&
      rules.isVisible(candidate, form) &&
      rules.isEnabled(candidate, form)
  )
  return field && { field, form }
}

type Navigation = Pick<FormEngine, 'next' | 'back' | 'review' | 'open'>

function navigation(session: FormSession): Navigation {
  /** The pages before and after the one on screen. */
  function neighbour(step: 1 | -1): string | undefined {
    const { page, stored, rules } = session
    const ids = rules.visiblePages(stored).map(({ id }) => id)
    return page && ids[ids.indexOf(page.id) + step]
  }
  return {
    next: () =>
      session.attempt(() => {
        const { page } = session
        session.flush()
        if (page?.requireCompletionToContinue === true && isWrong(session)) {
          return
        }
        const pageId = neighbour(1)
        session.goTo(
          pageId === undefined ? { kind: 'review' } : { kind: 'page', pageId }
        )
      }),
    back: () =>
      session.attempt(() => {
        const pageId = neighbour(-1)
        if (pageId !== undefined) session.goTo({ kind: 'page', pageId })
      }),
    review: () =>
      session.attempt(() => {
        session.flush()
        session.goTo({ kind: 'review' })
      }),
    open: (href) =>
      session.attempt(() => {
        const address = new URL(href, session.address)
        if (placeOf(address) !== undefined) session.address = address
      })
  }
}

function isWrong({ page, stored, rules, holds }: FormSession): boolean {
  return findProblems(stored, rules, holds).some(
    ({ field }) => field.pageId === page?.id
  )
}

function pendingOf(session: FormSession): PendingRequest[] {
  let pending: PendingRequest[] = []
  session.attempt(() => {
    pending = session.runs.pending(session.online)
  })
  return pending
}

/** Without what JSON does not carry, as it is stored and sent. */
function asJson(values: FormValues): FormValues {
  // An object of what JSON.stringify writes is read back as an object.
  return JSON.parse(JSON.stringify(values)) as FormValues
}
