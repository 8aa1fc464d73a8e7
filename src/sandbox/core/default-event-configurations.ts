import type { EventConfiguration } from './event-configuration'

type Page = EventConfiguration['declaration']['pages'][number]

/** Fields that the standard forms have for every person, by type. */
const PERSON_FIELDS = {
  name: 'NAME',
  dob: 'DATE',
  dobUnknown: 'CHECKBOX',
  age: 'AGE',
  gender: 'SELECT',
  nationality: 'COUNTRY',
  idType: 'SELECT',
  nid: 'ID',
  passport: 'TEXT',
  brn: 'TEXT',
  verified: 'VERIFICATION_STATUS',
  address: 'ADDRESS',
  addressSameAs: 'RADIO_GROUP',
  maritalStatus: 'SELECT',
  educationalAttainment: 'SELECT',
  occupation: 'TEXT',
  detailsNotAvailable: 'CHECKBOX',
  reason: 'TEXT'
}

const BIRTH_PAGES: Page[] = [
  page('child', {
    ...PERSON_FIELDS,
    reason: 'SELECT',
    placeOfBirth: 'SELECT',
    birthLocation: 'LOCATION',
    birthLocationId: 'TEXT',
    attendantAtBirth: 'SELECT',
    birthType: 'SELECT',
    weightAtBirth: 'NUMBER'
  }),
  page('informant', {
    relation: 'SELECT',
    phoneNo: 'PHONE',
    email: 'EMAIL',
    ...PERSON_FIELDS
  }),
  page('mother', PERSON_FIELDS),
  page('father', PERSON_FIELDS)
]

const DEATH_PAGES: Page[] = [
  page('deceased', { ...PERSON_FIELDS, numberOfDependants: 'NUMBER' }),
  page('eventDetails', {
    date: 'DATE',
    description: 'TEXTAREA',
    reasonForLateRegistration: 'TEXT',
    causeOfDeathEstablished: 'CHECKBOX',
    sourceCauseDeath: 'SELECT',
    mannerOfDeath: 'SELECT',
    placeOfDeath: 'SELECT',
    deathLocation: 'LOCATION',
    deathLocationId: 'TEXT',
    deathLocationOther: 'ADDRESS'
  }),
  page('informant', {
    relation: 'SELECT',
    phoneNo: 'PHONE',
    email: 'EMAIL',
    ...PERSON_FIELDS
  }),
  page('spouse', PERSON_FIELDS)
]

/**
 * A birth and a death configuration with the field ids and flags of the
 * recorded triggers. Made afresh, so that a test may change its own.
 */
export function defaultEventConfigurations(): EventConfiguration[] {
  return [
    configuration('birth', BIRTH_PAGES),
    configuration('death', DEATH_PAGES)
  ]
}

function configuration(id: string, pages: Page[]): EventConfiguration {
  return structuredClone({
    id,
    declaration: { pages },
    actions: [
      { type: 'NOTIFY' },
      { type: 'DECLARE', flags: [{ id: 'validated', operation: 'add' }] },
      { type: 'EDIT', flags: [{ id: 'validated', operation: 'remove' }] },
      { type: 'REJECT', flags: [{ id: 'validated', operation: 'remove' }] },
      { type: 'ARCHIVE' },
      {
        type: 'REGISTER',
        flags: [
          { id: 'validated', operation: 'remove' },
          { id: 'pending-first-certificate-issuance', operation: 'add' }
        ]
      },
      {
        type: 'PRINT_CERTIFICATE',
        flags: [
          { id: 'pending-first-certificate-issuance', operation: 'remove' }
        ]
      },
      { type: 'REQUEST_CORRECTION' },
      {
        type: 'CUSTOM',
        customActionType: 'ESCALATE',
        flags: [{ id: 'escalated-to-provincial-registrar', operation: 'add' }]
      },
      {
        type: 'CUSTOM',
        customActionType: 'REVOKE_REGISTRATION',
        flags: [{ id: 'revoked', operation: 'add' }]
      }
    ]
  } satisfies EventConfiguration)
}

function page(prefix: string, fields: Record<string, string>): Page {
  return {
    id: prefix,
    fields: Object.entries(fields).map(([name, type]) => ({
      id: `${prefix}.${name}`,
      type
    }))
  }
}
