import type { FieldConditional, FieldReference } from './field-types'
import type { NameField, NamePart } from './may-lack'

/** What a country says of a field that is filled. */
export type FillOptions = {
  /**
   * What happens to the field once there are details of the person: `disable` locks it, `none` leaves it open, `hide`
   * takes it away together with its value (for what only makes sense without proof). Default `disable`.
   */
  lock?: 'disable' | 'hide' | 'none'
  /**
   * Since when: `captured` with any details, also unchecked ones, `proven` only with checked ones. Default: `captured`
   * for what the card itself fills in, and `proven` for everything else and for names, of which a card may lack a part.
   * An unchecked scan must not lock what it left empty.
   */
  lockWhen?: 'captured' | 'proven'
  /** Where the attribute stands in the JSON of the QR code, if not where `read` of `qrCode()` says. */
  from?: readonly string[]
  /**
   * NAME fields: the parts that the ID system does not have for everybody, as `['surname']` for people of one name. They
   * are required as before, but not of a proven person, who otherwise could not be declared: the field is locked and
   * the part is empty.
   */
  mayLack?: readonly NamePart[]
  /** The attribute and the field are meant as they stand, though they look like a mistake. */
  asWritten?: boolean
}

/** What `fill` reads of a country's field. */
export type FillableField = {
  id: string
  type: string
  parent?: FieldReference | FieldReference[]
  value?: FieldReference | FieldReference[]
  conditionals?: FieldConditional[]
} & NameField
