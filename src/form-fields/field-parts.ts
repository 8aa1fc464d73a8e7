import { never, type Condition } from './conditions'
import type { FieldConditional, FieldReference } from './field-types'
import { checkedQrCode, reference, type Form } from './form'
import { allOf } from './show'

/** When a field is there: its own condition and the country's, as one entry, since OpenCRVS ORs several. */
export function conditionals(form: Form, own?: Condition): FieldConditional[] {
  const shown = allOf(own, form.show)
  return shown === undefined ? [] : [{ type: 'SHOW', conditional: shown }]
}

/** As `conditionals`, for a field that has no place on the review page. */
export function offReview(form: Form, own?: Condition): FieldConditional[] {
  return [
    ...conditionals(form, own),
    { type: 'DISPLAY_ON_REVIEW', conditional: never() }
  ]
}

/** The fields whose change resets this one. None at all is left out. */
export function parents(ids: readonly string[]): { parent?: FieldReference[] } {
  return ids.length === 0 ? {} : { parent: ids.map((id) => reference(id)) }
}

/** Every field that a change of identity goes through, in the order of the form. */
export function identitySources(form: Form): string[] {
  const { ids, signIn, qrCode } = form
  return [
    ...(signIn === undefined ? [] : [ids.fetch]),
    ...(checkedQrCode(form) === undefined ? [] : [ids.qrCheck]),
    ...(qrCode === undefined ? [] : [ids.reader])
  ]
}
