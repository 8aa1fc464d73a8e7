import type { NationalId } from 'opencrvs-national-id'

/** The people whose identity the form asks for. */
export const PEOPLE = ['mother', 'father'] as const

type Page = {
  id: string
  title: string
  fields: Array<{ id: string; type: string }>
}

/** A page for each person, as a country would write it. */
export function formPages(nationalId: NationalId): Page[] {
  return PEOPLE.map((person) => ({
    id: person,
    title: `${person === 'mother' ? 'Mother' : 'Father'}’s details`,
    fields: pageFields(nationalId, person)
  }))
}

function pageFields(nationalId: NationalId, person: string): Page['fields'] {
  // So that a declaration can be sent with the first page alone.
  const required = person === 'mother'
  const identity = nationalId.identityFields(person, {
    event: 'birth',
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
      required,
      configuration: {
        name: {
          firstname: { required },
          middlename: { required: false },
          surname: { required }
        }
      }
    }),
    identity.fill('dateOfBirth', {
      id: `${person}.dob`,
      type: 'DATE' as const,
      label: text('dob', 'Date of birth'),
      required
    }),
    identity.fill('sex', {
      id: `${person}.gender`,
      type: 'SELECT' as const,
      label: text('gender', 'Sex'),
      required,
      options: ['female', 'male', 'unknown'].map((value) => ({
        value,
        label: text(`sex.${value}`, value)
      }))
    }),
    identity.fill('identifier', {
      id: `${person}.nid`,
      type: 'ID' as const,
      label: text('nid', 'National ID number'),
      required: false
    }),
    occupation(person)
  ]
}

/** A field that no identity fills: what is typed here must stay. */
function occupation(person: string) {
  return {
    id: `${person}.occupation`,
    type: 'TEXT',
    label: text('occupation', 'Occupation'),
    required: false
  }
}

function text(id: string, defaultMessage: string) {
  return { id: `form.${id}`, defaultMessage, description: defaultMessage }
}
