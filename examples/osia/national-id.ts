/**
 * The country of examples/basic, with a population register that speaks OSIA. This file is all that differs: the
 * system, and the mother's data compared with the register. Rules, sign-in, store and server stay as they are.
 */
import { createNationalId, osia } from 'opencrvs-national-id'
import type { NationalId } from 'opencrvs-national-id'
import type {
  OsiaConnectionDetails,
  OsiaReaderDetails
} from 'opencrvs-national-id/sandbox'
import { countryOptions, type CountrySettings } from '../basic/national-id'

export type OsiaSettings = CountrySettings & {
  /** Addresses and client: in a country, from its population register's administrators. */
  osia: OsiaConnectionDetails
  /** Whose tokens the register shows when it reads people back from us. */
  reader: OsiaReaderDetails
  /** The part of our address that only the register knows; with it the register makes the numbers, later. */
  notifySecret?: string
}

/** The same rules, spoken to OSIA. */
export function createOsiaNationalId(settings: OsiaSettings): NationalId {
  const country = countryOptions(settings)
  const { birth, death } = country.events
  return createNationalId({
    ...country,
    system:
      settings.notifySecret === undefined
        ? osiaSystem(settings)
        : lateOsiaSystem(settings, settings.notifySecret),
    events: {
      birth: {
        ...birth,
        verification: { actions: ['DECLARE'], people: ['mother'] }
      },
      death
    },
    ...(settings.hurry === true
      ? { delivery: { ...country.delivery, statusEveryMs: 1_000 } }
      : {})
  })
}

/** What both ways have in common. The tracking id is what the register agreed to keep with a person. */
function common({ osia: connection }: OsiaSettings) {
  return {
    ...connection,
    uinPattern: /\d{10}/,
    attributes: { more: { placeOfBirth: 'placeOfBirth' } },
    referenceAttribute: { name: 'trackingId', holds: 'trackingId' as const },
    verify: { by: 'match' as const }
  }
}

/** As OSIA means it: a number at once, then an event, after which the register reads the people back from us. */
function osiaSystem(settings: OsiaSettings) {
  return osia({
    ...common(settings),
    parents: ['mother', 'father'],
    duplicates: {},
    lookUp: { by: 'reference', showsAtOnce: true, attempts: 1 },
    readBack: {
      ...settings.reader,
      ...(settings.hurry === true ? { forMs: 1_500 } : {})
    }
  })
}

/** A register that makes the number itself, and says so in an event. */
function lateOsiaSystem(settings: OsiaSettings, notifySecret: string) {
  return osia({
    ...common(settings),
    mode: 'push',
    uin: 'newPerson',
    // Where an event is lost.
    lookUp: { by: 'reference' },
    subscription: {
      secrets: notifySecret,
      ...(settings.hurry === true
        ? { policy: { everySeconds: 1, times: 20 } }
        : {})
    }
  })
}
