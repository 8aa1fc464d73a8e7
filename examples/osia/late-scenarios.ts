/** Where the register makes the numbers itself, and says so in an event that nobody has signed. */
import { SURNAME, born, called, numbered } from '../basic/made-up'
import type { Scenario } from '../basic/play'
import { isRegistered, register, until } from '../basic/steps'
import {
  birthOf,
  known,
  registeredAs,
  registration,
  trackingIdOf
} from './steps'
import { NOTIFY_SECRET, type OsiaWorld } from './world'

export const lateOsiaScenarios: Array<Scenario<OsiaWorld>> = [
  {
    title: 'A birth without a number: the register makes it, and tells us',
    play: (world) => known(world, birthOf('Amina')),
    look: registration,
    expected: registeredAs('Amina')
  },
  {
    title: 'The event comes three times, and again later: accepted once',
    async play(world) {
      world.register.behave({ notification: { copies: 3 } })
      const eventId = await known(world, birthOf('Bela'))
      const [last] = world.register.published('newPerson').slice(-1)
      await world.register.replay(last?.messageId ?? '')
      return eventId
    },
    look: registration,
    expected: registeredAs('Bela')
  },
  {
    title: 'The event is lost: the register is asked',
    async play(world) {
      world.register.behave({ notification: { delivery: 'lose' } })
      return known(world, birthOf('Chidi'))
    },
    look: registration,
    expected: registeredAs('Chidi')
  },
  {
    title:
      'Forged: a guessed address, somebody else’s number, a person who is not the child. Nothing changes',
    async play(world) {
      world.register.behave({ lateNumbers: 'hold' })
      const eventId = await register(world, birthOf('Dalia'))
      const pushed = `crvs-${trackingIdOf(world, eventId)}`
      await until(() => world.register.person(pushed) !== undefined)
      forgeries.set(eventId, await forge(world, eventId))
      return eventId
    },
    look: (world, eventId) => ({
      registered: isRegistered(world, eventId),
      answers: forgeries.get(eventId)
    }),
    expected: {
      registered: false,
      answers: { guessed: 401, stranger: 200, another: 200, nobody: 503 }
    }
  }
]

/** What each forged event was answered. */
const forgeries = new Map<string, Record<string, number | undefined>>()

async function forge(world: OsiaWorld, eventId: string) {
  const { register } = world
  const [subscription] = register.subscriptions
  const address = subscription?.address ?? ''
  const stranger = register.addPerson({
    attributes: { firstName: called('Somebody'), lastName: called('Else') }
  })
  // The register itself is wrong about whose reference this is.
  const another = register.addPerson({
    attributes: {
      firstName: called('Dalia'),
      lastName: SURNAME,
      dateOfBirth: born('2001-01-01'),
      gender: '2',
      trackingId: trackingIdOf(world, eventId)
    }
  })
  const send = (messageId: string, uin: string, to = address) =>
    register.sendMessage({
      address: to,
      headers: {
        'message-type': 'Notification',
        'message-id': messageId,
        'topic-id': subscription?.topic ?? ''
      },
      body: JSON.stringify({
        source: 'population-register',
        uin,
        trackingId: trackingIdOf(world, eventId)
      })
    })
  const guess = address.replace(NOTIFY_SECRET, 'a'.repeat(NOTIFY_SECRET.length))
  const answers = {
    guessed: await send('forged-1', stranger.personId, guess),
    stranger: await send('forged-2', stranger.personId),
    another: await send('forged-3', another.personId),
    nobody: await send('forged-4', numbered('9999999999'))
  }
  return answers
}
