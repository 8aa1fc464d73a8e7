/**
 * Which OpenCRVS client the playground behaves like: 1.9.15 or 2.0.0. They
 * differ in small ways that decide much (forms FACTS 12).
 */
export type ClientVersion = '1.9' | '2'

const TYPES_OF_BOTH = [
  'ADDRESS',
  'ADMINISTRATIVE_AREA',
  'AGE',
  'ALPHA_PRINT_BUTTON',
  'BULLET_LIST',
  'BUTTON',
  'CHECKBOX',
  'COUNTRY',
  'DATA',
  'DATE',
  'DATE_RANGE',
  'DIVIDER',
  'EMAIL',
  'FACILITY',
  'FIELD_GROUP',
  'FILE',
  'FILE_WITH_OPTIONS',
  'HTTP',
  'ID',
  'ID_READER',
  'LINK_BUTTON',
  'LOADER',
  'LOCATION',
  'NAME',
  'NUMBER',
  'NUMBER_WITH_UNIT',
  'OFFICE',
  'PAGE_HEADER',
  'PARAGRAPH',
  'PHONE',
  'QR_READER',
  'QUERY_PARAM_READER',
  'RADIO_GROUP',
  'SEARCH',
  'SELECT',
  'SELECT_DATE_RANGE',
  'SIGNATURE',
  'TEXT',
  'TEXTAREA',
  'TIME',
  'VERIFICATION_STATUS'
]

const TYPES_SINCE_2 = [
  'ALPHA_HIDDEN',
  'AUTOCOMPLETE',
  'CUSTOM',
  'HEADING',
  'IMAGE_VIEW',
  'USER_ROLE'
]

/** Types that neither take nor keep a value: as listeners they are passed over (forms FACTS 3). */
const NON_INTERACTIVE = new Set([
  'ALPHA_PRINT_BUTTON',
  'BULLET_LIST',
  'DATA',
  'DIVIDER',
  'HEADING',
  'LINK_BUTTON',
  'LOADER',
  'PAGE_HEADER',
  'PARAGRAPH'
])

/** Types whose state nobody sees, in the form or on review: what is wrong with them is wrong in silence. */
const INVISIBLE = new Set(['ALPHA_HIDDEN', 'HTTP', 'QUERY_PARAM_READER'])

/** Whether that client can draw the type at all; one unknown type takes the whole page down. */
export function isKnownType(type: string, version: ClientVersion): boolean {
  return (
    TYPES_OF_BOTH.includes(type) ||
    (version === '2' && TYPES_SINCE_2.includes(type))
  )
}

export function isInteractive(type: string): boolean {
  return !NON_INTERACTIVE.has(type)
}

export function isInvisibleType(type: string): boolean {
  return INVISIBLE.has(type)
}
