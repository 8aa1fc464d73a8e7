import type { NationalId } from 'opencrvs-national-id'

/** The people of a birth whose identity this country asks for. */
export const PEOPLE = ['mother', 'father'] as const

export type FormPage = {
  id: string
  title: string
  fields: Array<{ id: string; type: string }>
}

/** The pages of the birth form on which a person proves who they are, as they would stand in `defineDeclarationForm`. */
export function birthPages(nationalId: NationalId): FormPage[] {
  return PEOPLE.map((person) => ({
    id: person,
    title: person === 'mother' ? 'Mother’s details' : 'Father’s details',
    fields: personFields(nationalId, person)
  }))
}

function personFields(
  nationalId: NationalId,
  person: string
): FormPage['fields'] {
  const isMother = person === 'mother'
  const identity = nationalId.identityFields(person, {
    event: 'birth',
    // Where the country's cards say what, for filling in the form.
    qrCode: {
      read: {
        name: ['name'],
        dateOfBirth: ['dateOfBirth'],
        sex: ['sex'],
        identifier: ['identifier']
      }
    }
  })
  return [
    ...identity.fields,
    identity.fill('name', {
      id: `${person}.name`,
      type: 'NAME' as const,
      label: text('name', 'Full name'),
      required: isMother,
      configuration: {
        name: {
          firstname: { required: isMother },
          middlename: { required: false },
          surname: { required: isMother }
        }
      }
    }),
    identity.fill('dateOfBirth', {
      id: `${person}.dob`,
      type: 'DATE' as const,
      label: text('dob', 'Date of birth'),
      required: isMother
    }),
    identity.fill('identifier', {
      id: `${person}.nid`,
      type: 'ID' as const,
      label: text('nid', 'National ID number'),
      required: false
    }),
    {
      id: `${person}.occupation`,
      type: 'TEXT',
      label: text('occupation', 'Occupation'),
      required: false
    } as FormPage['fields'][number]
  ]
}

function text(id: string, defaultMessage: string) {
  return {
    id: `event.birth.form.${id}`,
    defaultMessage,
    description: `Label of the field: ${defaultMessage}`
  }
}
