import {
  createOsiaSimulator,
  type Exchange
} from 'opencrvs-national-id/sandbox'
import { SURNAME, born, called, numbered } from '../basic/made-up'
import { until } from '../basic/steps'
import { about } from '../basic/timeline'
import { startCountry } from '../basic/world'
import { createOsiaNationalId } from './national-id'

/** People whom the register knows before anything is played. */
export const MOTHER = {
  uin: numbered('2000000017'),
  attributes: {
    firstName: called('Mira'),
    lastName: SURNAME,
    dateOfBirth: born('1994-08-21'),
    gender: '2'
  }
}
export const ADULT = {
  uin: numbered('2000000024'),
  attributes: {
    firstName: called('Femi'),
    lastName: SURNAME,
    dateOfBirth: born('1990-05-17'),
    gender: '1'
  }
}
export const DECEASED = {
  uin: numbered('2000000031'),
  attributes: {
    firstName: called('Otto'),
    lastName: SURNAME,
    dateOfBirth: born('1950-02-03'),
    gender: '1'
  }
}

/** Made up for the demo; a country takes 32 random characters or more. */
export const NOTIFY_SECRET = 'only-for-the-demo-0123456789-abcdefgh'

/** The country with a simulated population register. */
export type OsiaWorld = Awaited<ReturnType<typeof startOsiaWorld>>

/**
 * @param numbers `atOnce`: civil registration asks for a number; `later`: the register makes it, and says so
 */
export async function startOsiaWorld(numbers: 'atOnce' | 'later') {
  const register = createOsiaSimulator({ people: [MOTHER, ADULT, DECEASED] })
  await register.start()
  const { connection, reader } = register
  const country = await startCountry((settings) =>
    createOsiaNationalId({
      ...settings,
      osia: connection,
      reader,
      ...(numbers === 'later' ? { notifySecret: NOTIFY_SECRET } : {})
    })
  )
  const { core, publicUrl } = country
  register.connectTo(`${publicUrl}/national-id/osia`)
  if (numbers === 'later') {
    await until(() => register.subscriptions[0]?.active === true)
  }
  return {
    ...country,
    register,
    calm() {
      register.faults.clear()
      register.behave({
        minted: 'shown',
        lateNumbers: 'assign',
        newPerson: () => ({}),
        reading: {
          attributes: [...Object.keys(MOTHER.attributes), 'placeOfBirth']
        },
        notification: { delivery: 'send', copies: 1, policySecondMs: 100 }
      })
    },
    voices: (references: readonly string[]) => [
      { name: 'core', entries: about(core.log.entries, references) },
      // Numbers and people are not of the record's ids. Nothing else is going on.
      { name: 'register', entries: register.log.entries.map(unnumbered) }
    ],
    async stop() {
      await country.stop()
      await register.stop()
    }
  }
}

/** OSIA has numbers of people in addresses, and our own secret is in the one that is notified: not for a screen. */
function unnumbered(exchange: Exchange): Exchange {
  const path = exchange.path
    .replace(/(\/persons\/)[^/]+/, '$1{uin}')
    .replace(/(\/notify\/)[^/]+/, '$1{secret}')
  return { ...exchange, path }
}
