import type { SystemRequest } from '../../domain/delivery'
import type { JsonValue } from '../../domain/json'
import type { PersonName } from '../../domain/person'
import type { MosipValue } from './options'

/**
 * What a field's source gives for one request; undefined where the record has
 * nothing. Dates are written as MOSIP writes them.
 *
 * @throws whatever a country's own function throws
 */
export function valueOf(
  source: MosipValue,
  request: SystemRequest,
  sexValues: Readonly<Record<string, string>>
): JsonValue | undefined {
  if (typeof source === 'function') return source(request)
  if (typeof source === 'string') return partOf(source, request, sexValues)
  if ('value' in source) return source.value
  const { attributes } = request.person
  const value = Object.hasOwn(attributes, source.attribute)
    ? attributes[source.attribute]
    : undefined
  return source.date === true && typeof value === 'string'
    ? mosipDate(value)
    : value
}

function partOf(
  part: Extract<MosipValue, string>,
  request: SystemRequest,
  sexValues: Readonly<Record<string, string>>
): string | undefined {
  const { dateOfBirth, name, sex } = request.person
  switch (part) {
    case 'name':
      return wholeName(name)
    case 'firstName':
      return name?.firstname
    case 'middleName':
      return name?.middlename
    case 'lastName':
      return name?.surname
    case 'dateOfBirth':
      return dateOfBirth === undefined ? undefined : mosipDate(dateOfBirth)
    case 'sex':
      return sex === undefined ? undefined : sexOf(sex, sexValues)
    case 'registrationNumber':
      return request.registrationNumber
    case 'trackingId':
      return request.event.trackingId
    case 'identifier':
      return request.identifier
  }
}

/** The parts that there are, with one blank between them; undefined without any. */
export function wholeName(name: PersonName | undefined): string | undefined {
  const parts = [name?.firstname, name?.middlename, name?.surname]
    .map((part) => part?.trim() ?? '')
    .filter((part) => part !== '')
  return parts.length === 0 ? undefined : parts.join(' ')
}

/** `yyyy-MM-dd` as `yyyy/MM/dd` (FACTS 2.1). Anything else stays, for the id schema to refuse. */
export function mosipDate(date: string): string {
  return /^\d{4}-\d{2}-\d{2}$/.test(date) ? date.replaceAll('-', '/') : date
}

/** A sex in MOSIP's words. One without a word is left out, so that a mandatory field is missed and named. */
export function sexOf(
  sex: string,
  values: Readonly<Record<string, string>>
): string | undefined {
  return Object.hasOwn(values, sex) ? values[sex] : undefined
}

/** Which of the person's attributes a source reads, in the words of `request.changes`; undefined where it cannot be told. */
export function attributeOf(source: MosipValue): string | undefined {
  if (typeof source === 'function') return undefined
  if (typeof source === 'object') {
    return 'attribute' in source ? source.attribute : undefined
  }
  return ATTRIBUTES[source]
}

const ATTRIBUTES: Readonly<
  Partial<Record<Extract<MosipValue, string>, string>>
> = {
  name: 'name',
  firstName: 'name',
  middleName: 'name',
  lastName: 'name',
  dateOfBirth: 'dateOfBirth',
  sex: 'sex'
}
