import { OptionsError } from '../../../src/domain/errors'
import { osia, type OsiaOptions } from '../../../src/systems/osia'
import { OSIA_INTERFACES } from '../../../src/systems/osia/options'
import type { NationalIdSystem } from '../../../src/systems/system'
import type { SystemRequest } from '../../../src/domain/delivery'
import { TestClock } from '../http/made'

/** Every interface at one address, as a small register has it. */
export function urlsAt(url: string): OsiaOptions['urls'] {
  return Object.fromEntries(OSIA_INTERFACES.map((name) => [name, url]))
}

/** Options for a register at one address, and a few changed ones. */
export function osiaOptions(
  url: string,
  changes: Partial<OsiaOptions> = {}
): OsiaOptions {
  return {
    urls: urlsAt(url),
    authentication: { type: 'bearer', token: 'EXAMPLE.JWT.TOKEN' },
    ...changes
  }
}

export function osiaSystem(
  url: string,
  changes: Partial<OsiaOptions> = {},
  clock = new TestClock()
): NationalIdSystem {
  const factory = osia(osiaOptions(url, changes))
  const issues = factory.issues('system')
  if (issues.length > 0) throw new OptionsError(issues)
  return factory.create({ clock })
}

/** The newborn of the recorded pairs. */
export function newborn(changes: Partial<SystemRequest> = {}): SystemRequest {
  return {
    operation: 'createIdentity',
    reference: 'B7K2QXM9',
    event: {
      id: '0e7c2a52-0c5b-4f8e-8b1e-1f3f0a9d5c22',
      type: 'birth',
      trackingId: '2026B7K2QXM9'
    },
    action: { id: 'b7e0f5c3-5a44-4e0b-a4de-4b1f6c2d7a33', type: 'REGISTER' },
    person: {
      name: { firstname: 'Amara', surname: 'Nkandu' },
      dateOfBirth: '2026-10-30',
      sex: 'female',
      attributes: { birthPlace: 'Ibombo District Hospital' }
    },
    ...changes
  }
}

/** The newborn's mother, as she is verified. */
export const MOTHER = {
  reference: 'B7K2QXM9',
  identifier: '2345678901',
  person: {
    name: { firstname: 'Thandiwe', surname: 'Nkandu' },
    dateOfBirth: '1996-02-14',
    attributes: {}
  }
}
