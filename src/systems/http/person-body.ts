import type { JsonObject } from '../../domain/json'
import type { Person } from '../../domain/person'

/** A person as the standard bodies have it: what is not known is left out. */
export function personBody(person: Person): JsonObject {
  const { attributes, dateOfBirth, name, sex } = person
  return {
    ...(name === undefined ? {} : { name: { ...name } }),
    ...(dateOfBirth === undefined ? {} : { dateOfBirth }),
    ...(sex === undefined ? {} : { sex }),
    attributes
  }
}
