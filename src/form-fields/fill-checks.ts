import { checkAttribute, checkScanPath } from './checks'
import type { FillableField, FillOptions } from './fill-options'
import type { Form } from './form'
import { formFieldsError } from './form-fields-error'
import { attributeMeantBy, checkOptions, usualPersonOf } from './known-words'
import { checkParts } from './may-lack'

const OPTIONS = [
  'lock',
  'lockWhen',
  'from',
  'mayLack',
  'asWritten'
] satisfies Array<keyof FillOptions>

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

/**
 * What would give a field that cannot work, or not as it was meant.
 *
 * @throws NationalIdError `ERR_FORM_FIELDS`
 */
export function checkFill(
  form: Form,
  attribute: string,
  field: FillableField,
  options: FillOptions
): void {
  const { from, mayLack } = options
  checkOptions(`fill('${attribute}')`, options, OPTIONS)
  checkAttribute(attribute)
  if (options.asWritten !== true) {
    checkWord(form, attribute, options)
    checkOwner(form, attribute, field)
  }
  if (mayLack !== undefined) checkParts(attribute, field, mayLack)
  checkField(form, attribute, field, options)
  if (from !== undefined) checkScanPath(`from of fill('${attribute}')`, from)
}

/** By another name the attribute is in no answer, and the field would stay empty. */
function checkWord(
  { qrCode }: Form,
  attribute: string,
  { from }: FillOptions
): void {
  const meant = attributeMeantBy(attribute)
  const isRead = from !== undefined || qrCode?.read[attribute] !== undefined
  if (meant === undefined || isRead) return
  throw formFieldsError(
    `fill('${attribute}') names no attribute that the server answers with; did you mean fill('${meant}')? If your mapping has an attribute of that name, say so with { asWritten: true }.`
  )
}

/** Somebody else's name in a field would be wrong, and locked. */
function checkOwner(
  { person }: Form,
  attribute: string,
  { id }: FillableField
): void {
  const owner = usualPersonOf(id)
  if (owner === undefined || owner === person) return
  throw formFieldsError(
    `fill('${attribute}') of ${person} was given "${id}", a field of ${owner}: it would take what ${person} proved. Use the identity fields of ${owner}, or, if this is meant, say { asWritten: true }.`
  )
}

function checkField(
  { version, ids }: Form,
  attribute: string,
  field: FillableField,
  { lock }: FillOptions
): void {
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
