/**
 * The country of examples/basic, with MOSIP as its ID system. This file is all that differs: the system, two further
 * attributes, and the father's data compared by ID Authentication. Rules, sign-in, store and server stay as they are.
 */
import { createNationalId, mosip, subjectOf } from 'opencrvs-national-id'
import type { NationalId } from 'opencrvs-national-id'
import type { MosipConnectionDetails } from 'opencrvs-national-id/sandbox'
import { countryOptions, type CountrySettings } from '../basic/national-id'
import { idSchema } from './id-schema'

export type MosipSettings = CountrySettings & {
  /** Addresses, clients, secrets and keys: in a country, from its MOSIP's administrators. */
  mosip: MosipConnectionDetails
}

/** The same rules, spoken to MOSIP. */
export function createMosipNationalId(settings: MosipSettings): NationalId {
  const country = countryOptions(settings)
  const { birth, death } = country.events
  return createNationalId({
    ...country,
    system: mosipSystem(settings.mosip),
    events: {
      birth: {
        ...birth,
        attributes: {
          more: {
            introducer: {
              from: subjectOf('mother'),
              purpose: 'A mother who proved presence introduces her child'
            }
          }
        },
        verification: { actions: ['DECLARE'], people: ['father'] }
      },
      death: {
        ...death,
        attributes: {
          more: {
            dateOfDeath: {
              from: 'eventDetails.date',
              purpose: 'MOSIP keeps it with the flag'
            }
          }
        }
      }
    },
    ...(settings.hurry === true
      ? { delivery: { ...country.delivery, statusEveryMs: 1_000 } }
      : {})
  })
}

function mosipSystem(connection: MosipConnectionDetails) {
  return mosip({
    ...connection,
    office: { centreId: '10001', machineId: '10004', officerId: 'crvs1' },
    idSchema,
    identifierField: 'VID',
    createIdentity: {
      fields: { introducerInfoToken: { attribute: 'introducer' } }
    },
    updateIdentity: {},
    notifyDeath: {
      fields: {
        deceasedDeclarationDate: { attribute: 'dateOfDeath', date: true }
      }
    },
    // Somebody at MOSIP decides.
    withdraw: { revocation: { waitForResult: true } },
    status: true,
    ida: { ...connection.ida, identifierType: 'VID' }
  })
}
