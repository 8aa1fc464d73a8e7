import { not, type Condition } from './conditions'
import { identitySources } from './field-parts'
import type { FieldReference } from './field-types'
import { checkedQrCode, reference, type Form } from './form'
import { checkFill } from './fill-checks'
import type { FillableField, FillOptions } from './fill-options'
import type { IdentityConditions } from './identity-conditions'
import { withoutParts } from './may-lack'
import { narrowed } from './show'

type Filling<F> = {
  form: Form
  conditions: IdentityConditions
  attribute: string
  field: F
  options: FillOptions | undefined
}

/** @see IdentityFields.fill */
export function fillField<F extends { id: string; type: string }>({
  form,
  conditions,
  attribute,
  field,
  options = {}
}: Filling<F>): F {
  checkFill(form, attribute, field, options)
  // The toolkit's field types all have these properties, in these shapes (FieldConfig of both tags).
  const own: FillableField = field
  const filled: FillableField & { secured?: boolean } = {
    ...own,
    ...listening(form, own, sources(form, attribute, options)),
    ...locked(conditions, own, lockOf(form, attribute, own, options)),
    ...(options.mayLack !== undefined &&
      withoutParts(own, options.mayLack, {
        proven: conditions.proven,
        version: form.version
      })),
    // An identifier has no place in the search index.
    ...(attribute === 'identifier' && { secured: true })
  }
  // Still the field that came in, with its own properties or others of the same types.
  return filled as unknown as F
}

/** Where the attribute comes from, the best proof first. */
function sources(
  form: Form,
  attribute: string,
  { from }: FillOptions
): FieldReference[] {
  const { ids, signIn } = form
  const scanned = placeInCard(form, attribute, from)
  const path = ['data', 'attributes', attribute]
  return [
    ...(signIn === undefined ? [] : [reference(ids.fetch, path)]),
    ...(checkedQrCode(form) === undefined
      ? []
      : [reference(ids.qrCheck, path)]),
    ...(scanned === undefined
      ? []
      : [reference(ids.reader, ['data', ...scanned])])
  ]
}

function placeInCard(
  { qrCode }: Form,
  attribute: string,
  from: readonly string[] | undefined
): readonly string[] | undefined {
  return qrCode === undefined ? undefined : (from ?? qrCode.read[attribute])
}

/**
 * Never a listener of the query reader: a sign-in that was cancelled changes that field alone, and must not empty what
 * was typed.
 */
function listening(
  form: Form,
  own: FillableField,
  values: FieldReference[]
): Pick<FillableField, 'parent' | 'value'> {
  const parents = identitySources(form)
  if (parents.length === 0) return {}
  return {
    parent: [...parents.map((id) => reference(id)), ...asList(own.parent)],
    value: [...values, ...asList(own.value)]
  }
}

type Lock = Required<Pick<FillOptions, 'lock' | 'lockWhen'>>

/** What an unchecked scan does not fill in for certain, it does not lock: a required field could never be filled. */
function lockOf(
  form: Form,
  attribute: string,
  { type }: FillableField,
  { from, lock = 'disable', lockWhen }: FillOptions
): Lock {
  const isRead = placeInCard(form, attribute, from) !== undefined
  const usual = isRead && type !== 'NAME' ? 'captured' : 'proven'
  return { lock, lockWhen: lockWhen ?? usual }
}

function locked(
  conditions: IdentityConditions,
  { conditionals = [] }: FillableField,
  { lock, lockWhen }: Lock
): Pick<FillableField, 'conditionals'> {
  if (lock === 'none') return {}
  const isOpen: Condition = not(
    lockWhen === 'proven' ? conditions.proven : conditions.locked
  )
  const type = lock === 'hide' ? 'SHOW' : 'ENABLE'
  return { conditionals: narrowed(conditionals, type, isOpen) }
}

function asList<T>(value: T | T[] | undefined): T[] {
  if (value === undefined) return []
  return Array.isArray(value) ? value : [value]
}
