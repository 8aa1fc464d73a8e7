import { format, isValid, parseISO } from 'date-fns'
import { textOf } from '../json-object'
import type { ViewContext } from './form-view'
import { readMessage, type FormField } from './form-description'
import { readPath, type FormValues } from './form-values'
import type { MessageText } from './message-text'
import { viewStatus, type StatusView } from './status-view'

/** A row of the review page. */
export type ReviewRow = {
  id: string
  pageId: string
  label: string
  text: string
  status?: StatusView
  error?: string
}

/** The rows of the review page. */
export function viewReview(
  form: FormValues,
  context: ViewContext
): ReviewRow[] {
  const { rules, text } = context
  return rules
    .visiblePages(form)
    .flatMap(({ fields }) => fields)
    .filter((field) => rules.isOnReview(field, form))
    .map((field) => {
      const error = context.errorOf(field)
      const value = form[field.id]
      const isStatus = field.type === 'VERIFICATION_STATUS' && Boolean(value)
      return {
        id: field.id,
        pageId: field.pageId,
        label: text(field.label),
        text: isStatus ? '' : valueText(field, value, text),
        ...(isStatus ? { status: viewStatus(field, value, text) } : {}),
        ...(error === undefined ? {} : { error: text(error) })
      }
    })
}

function valueText(
  field: FormField,
  value: unknown,
  text: MessageText
): string {
  if (field.type === 'NAME') {
    return ['firstname', 'middlename', 'surname']
      .map((part) => textOf(readPath(value, [part])))
      .filter(Boolean)
      .join(' ')
  }
  const option = field.options.find((entry) => entry.value === value)
  if (option !== undefined) return text(readMessage(option.label))
  if (field.type === 'DATE') return dateText(textOf(value))
  if (typeof value === 'boolean') return value ? 'Yes' : 'No'
  return typeof value === 'number' ? String(value) : textOf(value)
}

/** A day as people write it; what is no day stays as it is. */
function dateText(value: string): string {
  const date = parseISO(value)
  return isValid(date) ? format(date, 'd MMMM yyyy') : value
}
