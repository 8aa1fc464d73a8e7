import { checkPerson, checkVersion } from './checks'
import { formFieldsError } from './form-fields-error'
import {
  fieldIds,
  type IdentityFieldIds,
  type IdentityFieldName
} from './field-ids'
import type { FormVersion, IdentityField } from './field-types'
import { fieldsFor19 } from './fields-for-1-9'
import { fieldsFor2 } from './fields-for-2'
import { fillField, type FillOptions } from './fill'
import type { Form } from './form'
import {
  identityConditions,
  type IdentityConditions
} from './identity-conditions'
import type { FormMethod, QrCodeMethod, SignInMethod } from './methods'
import { readShow, type ShowOption } from './show'
import { withTexts, type TextOverrides } from './translations'

export type IdentityFieldsOptions<V extends FormVersion = '2'> = {
  /** Type of the event, as its configuration has it: `birth`. */
  event: string
  /** Which line of OpenCRVS the form is for. Default `2`. */
  version?: V
  /**
   * How the person may prove themselves: `signIn({ ... })`, `qrCode({ ... })`. With none the form only shows the status
   * that the server finds.
   */
  methods?: readonly FormMethod[]
  /** When these fields are there: a conditional, or several of which one must hold. Default: always. */
  show?: ShowOption
  /** Other endings for ids, by the field's name in code: `{ status: 'id-status' }`. */
  ids?: Partial<Record<IdentityFieldName, string>>
  /** Other texts, by their names in `identityMessages`, as whole messages with ids of their own. */
  texts?: TextOverrides
}

/** The fields of one person's identity, and what a country's own fields need of them. */
export type IdentityFields<V extends FormVersion = '2'> = {
  /** To be spread into the page of the person, before the fields that they fill. */
  fields: Array<IdentityField<V>>
  /**
   * A field of the country's own on the same page, made to take an attribute of the proven person. Everything it has is
   * kept.
   *
   * The type of a field is written in capitals; saying so keeps it from being widened to any text, which a page would
   * not take.
   *
   * @param attribute its name in the server's answers: `name`, `dateOfBirth`, `sex`, `identifier`, or a further one
   * @throws NationalIdError `ERR_FORM_FIELDS`
   */
  fill<F extends { id: string; type: Uppercase<string> }>(
    attribute: string,
    field: F,
    options?: FillOptions
  ): F
  /** The ids of the fields. */
  ids: IdentityFieldIds
  /** Conditionals about the person's status. */
  conditions: IdentityConditions
}

/**
 * The form fields by which a person's identity comes into a declaration, ready for a page of OpenCRVS.
 *
 * ```ts
 * const mother = identityFields('mother', {
 *   event: 'birth',
 *   methods: [signIn({ startUrl, redeemUrl }), qrCode({ checkUrl })],
 *   show: requireMotherDetails
 * })
 * const fields = [...mother.fields, mother.fill('name', nameField)]
 * ```
 *
 * @param person prefix of the person's fields: `mother`
 * @throws NationalIdError `ERR_FORM_FIELDS` for what could not work in OpenCRVS
 */
export function identityFields<V extends FormVersion = '2'>(
  person: string,
  options: IdentityFieldsOptions<V>
): IdentityFields<V> {
  // V is '2' unless a version is given.
  const version = options.version ?? ('2' as V)
  checkVersion(version)
  checkPerson(person)
  const form: Form = {
    version,
    person,
    event: checkedEvent(options.event),
    ids: fieldIds(person, options.ids),
    texts: withTexts(options.texts),
    show: readShow(options.show),
    ...readMethods(options.methods ?? [])
  }
  const build: { [K in FormVersion]: (form: Form) => Array<IdentityField<K>> } =
    { '1.9': fieldsFor19, '2': fieldsFor2 }
  const conditions = identityConditions(form.ids.status)
  return {
    fields: build[version](form),
    fill: (attribute, field, fillOptions) =>
      fillField({ form, conditions, attribute, field, options: fillOptions }),
    ids: form.ids,
    conditions
  }
}

function checkedEvent(event: string): string {
  if (event.trim() !== '') return event
  throw formFieldsError(
    'event of identityFields() is empty; name the event type that the form belongs to, like "birth".'
  )
}

function readMethods(methods: readonly FormMethod[]): {
  signIn: SignInMethod | undefined
  qrCode: QrCodeMethod | undefined
} {
  const signIns = methods.filter((each) => each.method === 'signIn')
  const qrCodes = methods.filter((each) => each.method === 'qrCode')
  if (signIns.length > 1 || qrCodes.length > 1) {
    throw formFieldsError(
      'methods of identityFields() has one method twice. OpenCRVS takes the result of the first alone, so give each once.'
    )
  }
  return { signIn: signIns[0], qrCode: qrCodes[0] }
}
