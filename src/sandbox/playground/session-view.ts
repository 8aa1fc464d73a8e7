import { findProblems } from './form-problems'
import type { FormSession } from './form-session'
import type { FormValues } from './form-values'
import { viewFields, type FieldView } from './form-view'
import { viewReview, type ReviewRow } from './review-view'

/** What the page shows. */
export type FormView = {
  /** For the address bar: without what a QUERY_PARAM_READER took. */
  href: string
  online: boolean
  /** The client would show nothing but an error page. */
  crash?: { fieldId: string; reason: string }
  /** Pages that are visible now. */
  pages: ReadonlyArray<{ id: string; title: string }>
  /** The page on screen; absent on review. */
  page?: { id: string; title: string; fields: readonly FieldView[] }
  /** The review page; absent elsewhere. */
  review?: readonly ReviewRow[]
  canDeclare: boolean
  /** Why DECLARE is not possible. */
  problems: readonly ProblemView[]
  values: FormValues
  /** Values of hidden fields that may come back. */
  remembered: FormValues
  /** What the client would say in the browser's console alone. */
  faults: readonly string[]
}

export type ProblemView = {
  fieldId: string
  label: string
  message: string
  /** False: OpenCRVS shows nothing of it anywhere. */
  isShown: boolean
}

/** The page of a session, as data for a browser. */
export function viewSession(session: FormSession): FormView {
  const around = {
    href: session.address.href,
    online: session.online,
    remembered: Object.fromEntries(session.memory),
    faults: [...session.faults]
  }
  if (session.crash !== undefined) {
    return {
      ...around,
      crash: {
        fieldId: session.crash.fieldId,
        reason: session.crash.message
      },
      pages: [],
      canDeclare: false,
      problems: [],
      values: session.stored
    }
  }
  return { ...around, ...viewForm(session) }
}

function viewForm(
  session: FormSession
): Omit<FormView, 'href' | 'online' | 'remembered' | 'faults' | 'crash'> {
  const { page, moment, rules, holds, touched } = session
  const { text } = session.viewContext(() => undefined)
  const form = { ...moment.stored, ...moment.page }
  const problems = findProblems(form, rules, holds)
  const context = session.viewContext((field) =>
    page === undefined || touched.has(field.id)
      ? problems.find((problem) => problem.field === field)?.message
      : undefined
  )
  return {
    pages: rules
      .visiblePages(form)
      .map(({ id, title }) => ({ id, title: text(title) })),
    canDeclare: problems.length === 0,
    problems: problems.map(({ field, message, isShown }) => ({
      fieldId: field.id,
      label: text(field.label),
      message: text(message),
      isShown
    })),
    values: form,
    ...(page === undefined
      ? { review: viewReview(form, context) }
      : {
          page: {
            id: page.id,
            title: text(page.title),
            fields: viewFields(page, form, context)
          }
        })
  }
}
