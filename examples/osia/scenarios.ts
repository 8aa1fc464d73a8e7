import { SURNAME, born, called } from '../basic/made-up'
import type { Scenario } from '../basic/play'
import {
  THIS_YEAR,
  correct,
  isRegistered,
  isRejected,
  reasonFor,
  register,
  until
} from '../basic/steps'
import {
  birthOf,
  childAt,
  declareAndRegister,
  known,
  mothersStatus,
  published,
  registeredAs,
  registration,
  trackingIdOf
} from './steps'
import { ADULT, DECEASED, MOTHER, type OsiaWorld } from './world'

export const osiaScenarios: Array<Scenario<OsiaWorld>> = [
  {
    title:
      'A mother is compared with the register; it is told of the birth and reads both back from us',
    async play(world) {
      const eventId = await declareAndRegister(world, birthOf('Amina'))
      await until(() => childAt(world, eventId)?.isReserved === false)
      await world.register.idle()
      return eventId
    },
    look: (world, eventId) => ({
      ...registration(world, eventId),
      mother: mothersStatus(world, eventId),
      parents: childAt(world, eventId)?.parents,
      placeOfBirth: childAt(world, eventId)?.attributes.placeOfBirth,
      // The mother's number was verified, so she may be read back as well.
      readBack: world.register.reads.some(
        ({ status, uin }) => uin === MOTHER.uin && status === 200
      )
    }),
    expected: {
      ...registeredAs('Amina'),
      mother: 'verified',
      parents: [MOTHER.uin],
      placeOfBirth: 'HEALTH_FACILITY',
      readBack: true
    }
  },
  {
    title: 'The same number, and another date of birth: no match',
    play: (world) =>
      declareAndRegister(
        world,
        birthOf('Bela', { 'mother.dob': born('1994-08-22') })
      ),
    look: (world, eventId) => ({ mother: mothersStatus(world, eventId) }),
    expected: { mother: 'failed' }
  },
  {
    title: "An infant's name is corrected: the register reads the new one",
    async play(world) {
      const eventId = await known(world, birthOf('Ines'))
      await correct(world, eventId, {
        'child.name': { firstname: called('Inez'), surname: SURNAME }
      })
      await until(
        () => childAt(world, eventId)?.attributes.firstName === called('Inez')
      )
      return eventId
    },
    look: registration,
    expected: registeredAs('Inez')
  },
  {
    title: "An adult's name is corrected: nothing is sent",
    async play(world) {
      const adult = { 'child.dob': born('1990-05-17'), 'child.nid': ADULT.uin }
      const eventId = await register(world, birthOf('Femi', adult))
      await correct(world, eventId, {
        'child.name': { firstname: called('Olufemi'), surname: SURNAME }
      })
      await new Promise((resolve) => setTimeout(resolve, 300))
      return eventId
    },
    look: (world, eventId, deliveries) => ({
      name: world.core.state(eventId)?.declaration['child.name'],
      sent: deliveries.filter(
        ({ delivery }) => delivery.operation === 'updateIdentity'
      ).length,
      atRegister: world.register.person(ADULT.uin)?.attributes.firstName
    }),
    expected: {
      name: { firstname: called('Olufemi'), surname: SURNAME },
      sent: 0,
      atRegister: called('Femi')
    }
  },
  {
    title: 'A death: told once, flagged, and nobody is deactivated',
    async play(world) {
      const eventId = await register(
        world,
        {
          'deceased.name': { firstname: called('Otto'), surname: SURNAME },
          'deceased.dob': born('1950-02-03'),
          'deceased.gender': 'male',
          'deceased.nid': DECEASED.uin,
          'eventDetails.date': `${THIS_YEAR}-01-01`
        },
        'death'
      )
      await until(() => world.register.ledger.of('died').length > 0)
      return eventId
    },
    look: (world, eventId) => ({
      status: world.core.index(eventId)?.status,
      told: published(world, 'death'),
      physicalStatus: world.register.person(DECEASED.uin)?.physicalStatus,
      atRegister: world.register.person(DECEASED.uin)?.status
    }),
    expected: {
      status: 'REGISTERED',
      told: 1,
      physicalStatus: 'DEAD',
      atRegister: 'ACTIVE'
    }
  },
  {
    title: 'The register knows such a child already: no number is asked for',
    async play(world) {
      world.register.addPerson({
        attributes: {
          firstName: called('Emre'),
          lastName: SURNAME,
          dateOfBirth: born(`${THIS_YEAR - 2}-03-01`),
          gender: '2',
          placeOfBirth: 'HEALTH_FACILITY'
        }
      })
      const eventId = await register(world, birthOf('Emre'))
      await until(
        () =>
          isRejected(world, eventId) && reasonFor(world, eventId) !== undefined
      )
      return eventId
    },
    look: (world, eventId) => ({
      rejected: isRejected(world, eventId),
      numbers: numbersFor(world, eventId)
    }),
    expected: { rejected: true, numbers: 0 }
  },
  {
    title: 'The register is down and comes back',
    async play(world) {
      await world.register.disappear()
      const eventId = await register(world, birthOf('Hugo'))
      await new Promise((resolve) => setTimeout(resolve, 1_500))
      await world.register.start()
      await until(() => isRegistered(world, eventId))
      await until(() => childAt(world, eventId)?.isReserved === false)
      return eventId
    },
    look: registration,
    expected: registeredAs('Hugo')
  },
  {
    title:
      'The connection is cut after the number was made: it is looked up, and no second one is asked for',
    async play(world) {
      world.register.faults.add('uin', { kind: 'cutAfter' })
      return known(world, birthOf('Jonas'))
    },
    look: registration,
    expected: registeredAs('Jonas')
  },
  {
    title: 'The same with an error instead of the number',
    async play(world) {
      world.register.faults.add('uin', { kind: 'statusAfter', status: 500 })
      return known(world, birthOf('Kofi'))
    },
    look: registration,
    expected: registeredAs('Kofi')
  },
  {
    title: 'And while the register cannot be asked: it waits, and asks later',
    async play(world) {
      const { faults } = world.register
      faults.add('uin', { kind: 'cutAfter' })
      // The look-up for duplicates comes first.
      faults.add('query', { kind: 'delay', ms: 0 })
      faults.add('query', { kind: 'status', status: 503 }, 2)
      return known(world, birthOf('Lila'))
    },
    look: registration,
    expected: registeredAs('Lila')
  }
]

/** How many numbers were made for a record. */
function numbersFor(world: OsiaWorld, eventId: string): number {
  const trackingId = trackingIdOf(world, eventId)
  return world.register.query({ trackingId }).length
}
