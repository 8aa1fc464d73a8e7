import { checkAttribute, checkScanPath } from './checks'
import { not, type Condition } from './conditions'
import { identitySources } from './field-parts'
import type { FieldConditional, FieldReference } from './field-types'
import { checkedQrCode, reference, type Form } from './form'
import { formFieldsError } from './form-fields-error'
import type { IdentityConditions } from './identity-conditions'
import { narrowed } from './show'

export type FillOptions = {
  /**
   * What happens to the field once there are details of the person: `disable` locks it, `none` leaves it open, `hide`
   * takes it away together with its value (for what only makes sense without proof). Default `disable`.
   */
  lock?: 'disable' | 'hide' | 'none'
  /**
   * Since when: `captured` with any details, also unchecked ones, `proven` only with checked ones. Default `captured`.
   */
  lockWhen?: 'captured' | 'proven'
  /** Where the attribute stands in the JSON of the QR code, if not where `read` of `qrCode()` says. */
  from?: readonly string[]
}

/** What `fill` reads of a country's field. */
type FillableField = {
  id: string
  type: string
  parent?: FieldReference | FieldReference[]
  value?: FieldReference | FieldReference[]
  conditionals?: FieldConditional[]
}

/** For these, `parent` and `value` do nothing (forms FACTS 3). */
const WITHOUT_VALUE = new Set([
  'DIVIDER',
  'PAGE_HEADER',
  'PARAGRAPH',
  'HEADING',
  'BULLET_LIST',
  'DATA',
  'ALPHA_PRINT_BUTTON',
  'LINK_BUTTON',
  'LOADER'
])

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
  check(form, attribute, field, options)
  // The toolkit's field types all have these properties, in these shapes (FieldConfig of both tags).
  const own: FillableField = field
  const filled: FillableField & { secured?: boolean } = {
    ...own,
    ...listening(form, own, sources(form, attribute, options)),
    ...locked(conditions, own, options),
    // An identifier has no place in the search index.
    ...(attribute === 'identifier' && { secured: true })
  }
  // Still the field that came in, with its own properties or others of the same types.
  return filled as unknown as F
}

function check(
  { version, ids }: Form,
  attribute: string,
  field: FillableField,
  { lock, from }: FillOptions
): void {
  checkAttribute(attribute)
  if (from !== undefined) checkScanPath(`from of fill('${attribute}')`, from)
  if (WITHOUT_VALUE.has(field.type)) {
    throw formFieldsError(
      `fill('${attribute}') was given "${field.id}" of type ${field.type}, which holds no value and so cannot be filled.`
    )
  }
  if (Object.values(ids).includes(field.id)) {
    throw formFieldsError(
      `fill('${attribute}') was given "${field.id}", which is one of the identity fields themselves.`
    )
  }
  if (lock === 'hide' && version === '1.9') {
    throw formFieldsError(
      `fill('${attribute}') cannot hide "${field.id}" on OpenCRVS 1.9: when the status changes later, 1.9 refuses every action on a record that has a value in a hidden field. Use lock: 'disable'.`
    )
  }
}

/** Where the attribute comes from, the best proof first. */
function sources(
  form: Form,
  attribute: string,
  { from }: FillOptions
): FieldReference[] {
  const { ids, signIn, qrCode } = form
  const scanned = from ?? qrCode?.read[attribute]
  const path = ['data', 'attributes', attribute]
  return [
    ...(signIn === undefined ? [] : [reference(ids.fetch, path)]),
    ...(checkedQrCode(form) === undefined
      ? []
      : [reference(ids.qrCheck, path)]),
    ...(qrCode === undefined || scanned === undefined
      ? []
      : [reference(ids.reader, ['data', ...scanned])])
  ]
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

function locked(
  conditions: IdentityConditions,
  { conditionals = [] }: FillableField,
  { lock = 'disable', lockWhen = 'captured' }: FillOptions
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
