import type { IdentityData, JsonValue } from 'opencrvs-national-id'

/** Whose identity matters in the births that are measured, besides the child's. */
export const PEOPLE = ['mother', 'father', 'informant', 'guardian'] as const

export type PersonPrefix = (typeof PEOPLE)[number]

const KNOWN = {
  mother: person('Mira', '1994-03-12', 'female', '1000000017'),
  father: person('Tomas', '1991-08-30', 'male', '1000000025'),
  informant: person('Odile', '1970-01-05', 'female', '1000000033'),
  guardian: person('Henrik', '1966-11-21', 'male', '1000000041')
} as const satisfies Record<PersonPrefix, IdentityData>

function person(
  firstname: string,
  dateOfBirth: string,
  sex: string,
  identifier: string
) {
  const name = { firstname, surname: 'Exampleson' }
  return { name, dateOfBirth, sex, identifier, attributes: {} }
}

/** What the ID system knows of a person. */
export function knownOf(prefix: PersonPrefix): IdentityData {
  return KNOWN[prefix]
}

/** The same, as the fields of a declaration. */
export function declaredAs(prefix: PersonPrefix): Record<string, JsonValue> {
  const { name, dateOfBirth, sex, identifier } = KNOWN[prefix]
  return {
    [`${prefix}.name`]: { ...name, middlename: '' },
    [`${prefix}.dob`]: dateOfBirth,
    [`${prefix}.gender`]: sex,
    [`${prefix}.nid`]: identifier
  }
}

/** The fields of a declaration in which somebody claims to be proven. */
export function claimed(
  prefix: PersonPrefix,
  evidence: string
): Record<string, JsonValue> {
  return {
    [`${prefix}.verified`]: 'authenticated',
    [`${prefix}.identity-evidence`]: evidence
  }
}

/** Ids of all fields that identities are read from and corrected in. */
export function identityFieldIds(): string[] {
  return ['child', ...PEOPLE].flatMap((prefix) =>
    [
      'name',
      'dob',
      'gender',
      'nid',
      'verified',
      'id-reader',
      'identity-evidence'
    ].map((suffix) => `${prefix}.${suffix}`)
  )
}
