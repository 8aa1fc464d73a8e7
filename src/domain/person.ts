import type { JsonValue } from './json'

/** A person's name, in the parts that OpenCRVS's NAME field has. */
export type PersonName = {
  firstname?: string
  middlename?: string
  surname?: string
}

/**
 * What leaves OpenCRVS for the national ID system: by default a name, a date of birth and a sex, nothing else.
 * Each further attribute is named in the country's options together with its purpose.
 */
export type Person = {
  name?: PersonName
  /** ISO 8601 date, `yyyy-MM-dd`. */
  dateOfBirth?: string
  /** As the declaration has it; OpenCRVS's standard forms use `male`, `female` and `unknown`. */
  sex?: string
  /** Further attributes, by the names that the country gave them. */
  attributes: Record<string, JsonValue>
}
