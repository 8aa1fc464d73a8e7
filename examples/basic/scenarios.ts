import type { Declaration } from 'opencrvs-national-id'
import { SURNAME, born, called, numbered } from './made-up'
import type { Scenario } from './play'
import {
  REGISTERED,
  THIS_YEAR,
  acceptances,
  birth,
  correct,
  isRegistered,
  isRejected,
  reasonFor,
  record,
  register,
  signedInMother,
  until
} from './steps'
import { signIn } from './walk-in'
import type { World } from './world'

const IN_HOSPITAL: Declaration = {
  'child.dob': `${THIS_YEAR}-01-01`,
  'child.attendantAtBirth': 'PHYSICIAN'
}

/** An ID system may well say about whom it speaks. */
const KNOWN = `${called('Emre')} is known.`

function asked(world: World, eventId: string): string[] {
  return world.idSystem.log.entries
    .filter(({ direction }) => direction === 'received')
    .filter(({ body }) => JSON.stringify(body ?? '').includes(eventId))
    .map(({ kind, status }) => `${kind} ${status}`)
}

const WITHOUT_IDENTITY = { status: 'REGISTERED', identifier: 'none' }

const TWELVE_YEARS_OLD: Declaration = {
  'child.dob': born(`${THIS_YEAR - 12}-03-01`)
}

function mothersStatus(world: World, eventId: string) {
  const mother = world.core.index(eventId)?.declaration['mother.verified']
  return { ...record(world, eventId), mother: mother ?? 'none' }
}

export const scenarios: Array<Scenario<World>> = [
  {
    title: 'A child under ten: core waits, the answer comes by callback',
    async play(world) {
      const eventId = await register(world, birth('Amina'))
      await until(() => isRegistered(world, eventId))
      return eventId
    },
    look: record,
    expected: REGISTERED
  },
  {
    title: 'A newborn in a hospital: registered with the identifier at once',
    async play(world) {
      world.idSystem.behave({ mode: 'synchronous' })
      const eventId = await register(world, birth('Bela', IN_HOSPITAL))
      return eventId
    },
    look: record,
    expected: REGISTERED
  },
  {
    title: 'The same, but the ID system takes its time: it goes on behind',
    async play(world) {
      world.idSystem.behave({ mode: 'asynchronous', decideAfterMs: 500 })
      const eventId = await register(world, birth('Chidi', IN_HOSPITAL))
      await until(() => isRegistered(world, eventId))
      return eventId
    },
    look: record,
    expected: REGISTERED
  },
  {
    title: 'Fifteen years old: registered, and told to enrol in person',
    play: (world) =>
      register(
        world,
        birth('Dalia', { 'child.dob': born(`${THIS_YEAR - 15}-03-01`) })
      ),
    look: record,
    expected: WITHOUT_IDENTITY
  },
  {
    title: 'A name that the country does not register: refused by a rule',
    play: (world) =>
      register(
        world,
        birth('Dalia', {
          'child.name': { firstname: 'Unnamed', surname: SURNAME }
        })
      ),
    look: (world, eventId) => ({
      status: world.core.index(eventId)?.status,
      rejected: isRejected(world, eventId),
      reason: reasonFor(world, eventId)
    }),
    expected: {
      status: 'DECLARED',
      rejected: true,
      reason: 'A child is registered with a given name.'
    }
  },
  {
    title: 'The ID system refuses: the record is rejected, and the reason kept',
    async play(world) {
      world.idSystem.behave({
        refuse: () => ({ code: 'DUPLICATE', reason: KNOWN })
      })
      const eventId = await register(world, birth('Emre'))
      await until(() => reasonFor(world, eventId) !== undefined)
      await until(() => isRejected(world, eventId))
      return eventId
    },
    look: (world, eventId) => ({
      rejected: isRejected(world, eventId),
      reason: reasonFor(world, eventId)
    }),
    expected: { rejected: true, reason: KNOWN }
  },
  {
    title: 'The ID system is down and comes back',
    async play(world) {
      await world.idSystem.disappear()
      const eventId = await register(world, birth('Farid'))
      await new Promise((resolve) => setTimeout(resolve, 1_500))
      await world.idSystem.start()
      await until(() => isRegistered(world, eventId))
      return eventId
    },
    look: record,
    expected: REGISTERED
  },
  {
    title: 'The connection is cut after the identity was minted: minted once',
    async play(world) {
      world.idSystem.faults.add('createIdentity', { kind: 'cutAfter' })
      const eventId = await register(world, birth('Gita'))
      await until(() => isRegistered(world, eventId))
      return eventId
    },
    look: (world, eventId) => ({
      ...record(world, eventId),
      mintedTwice: world.idSystem.ledger.doneTwice()
    }),
    expected: { ...REGISTERED, mintedTwice: [] }
  },
  {
    title: 'A callback comes early, five times, and forged: accepted once',
    async play(world) {
      world.idSystem.behave({ callbacks: { delivery: 'early', copies: 5 } })
      const eventId = await register(world, birth('Hugo'))
      await until(() => isRegistered(world, eventId))
      const reference = world.idSystem.ledger.entries.at(-1)?.reference ?? ''
      await world.idSystem.forgeCallback(reference, 'wrongSecret')
      return eventId
    },
    look: (world, eventId) => ({
      ...record(world, eventId),
      accepted: acceptances(world, eventId),
      forged: world.idSystem.log.of('callback').at(-1)?.status
    }),
    expected: { ...REGISTERED, accepted: 1, forged: 401 }
  },
  {
    title: "An infant's name is corrected: the ID system is told",
    async play(world) {
      const eventId = await register(world, birth('Ines'))
      await until(() => isRegistered(world, eventId))
      await correct(world, eventId, {
        'child.name': { firstname: called('Inez'), surname: SURNAME }
      })
      await until(() => asked(world, eventId).length > 1)
      return eventId
    },
    look: (world, eventId) => asked(world, eventId),
    expected: ['createIdentity 202', 'updateIdentity 200']
  },
  {
    title: "An adult's name is corrected: nothing is sent",
    async play(world) {
      const adult = {
        'child.dob': born('1990-03-01'),
        'child.nid': numbered('9990000001')
      }
      const eventId = await register(world, birth('Jonas', adult))
      await correct(world, eventId, {
        'child.name': { firstname: called('Jonah'), surname: SURNAME }
      })
      await new Promise((resolve) => setTimeout(resolve, 300))
      return eventId
    },
    look: (world, eventId) => ({
      name: world.core.state(eventId)?.declaration['child.name'],
      asked: asked(world, eventId)
    }),
    expected: {
      name: { firstname: called('Jonah'), surname: SURNAME },
      asked: []
    }
  },
  {
    title: 'A registration is revoked: the identity is withdrawn',
    async play(world) {
      const eventId = await register(world, birth('Kofi'))
      await until(() => isRegistered(world, eventId))
      await world.core.custom(eventId, 'REVOKE_REGISTRATION')
      await until(() => asked(world, eventId).length > 1)
      return eventId
    },
    look: (world, eventId) => asked(world, eventId),
    expected: ['createIdentity 202', 'withdraw 200']
  },
  {
    title: 'A death: registered at once, and the ID system is told',
    async play(world) {
      const deceased = {
        'deceased.name': { firstname: called('Otto'), surname: SURNAME },
        'deceased.dob': born('1950-02-03'),
        'deceased.gender': 'male',
        'deceased.nid': numbered('8000000017'),
        'eventDetails.date': `${THIS_YEAR}-02-01`
      }
      const eventId = await register(world, deceased, 'death')
      await until(() => asked(world, eventId).length > 0)
      return eventId
    },
    look: (world, eventId) => ({
      status: world.core.index(eventId)?.status,
      asked: asked(world, eventId)
    }),
    expected: { status: 'REGISTERED', asked: ['notifyDeath 200'] }
  },
  {
    title:
      'A mother signs in with her national ID: her older child gets an identity on the strength of it',
    async play(world) {
      const eventId = world.core.createEvent('birth')
      const answer = await signIn({
        ...world,
        providerUrl: world.provider.url,
        token: world.core.userToken(),
        eventId,
        person: 'mother',
        individualId: numbered('2047381956')
      })
      await world.core.declare(eventId, {
        ...birth('Zuri', TWELVE_YEARS_OLD),
        ...signedInMother(answer)
      })
      await world.core.register(eventId)
      await until(() => isRegistered(world, eventId))
      return eventId
    },
    look: mothersStatus,
    expected: { ...REGISTERED, mother: 'authenticated' }
  },
  {
    title:
      'A form that only claims it: the mother is not authenticated, and no identity is asked for',
    async play(world) {
      const eventId = world.core.createEvent('birth')
      await world.core.declare(eventId, {
        ...birth('Yaw', TWELVE_YEARS_OLD),
        'mother.verified': 'authenticated'
      })
      await world.core.register(eventId)
      return eventId
    },
    look: mothersStatus,
    expected: { ...WITHOUT_IDENTITY, mother: 'pending' }
  }
]
