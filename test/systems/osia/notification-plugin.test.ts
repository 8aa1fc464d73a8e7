import { osia } from 'opencrvs-national-id'
import {
  createOsiaSimulator,
  type OsiaSimulator
} from 'opencrvs-national-id/sandbox'
import {
  eventually,
  NEWBORN,
  startEnvironment,
  type Environment
} from '../../integration/environment'
import {
  openNotificationForwarder,
  type NotificationForwarder
} from './notification-forwarder'
import { SECRET, until } from './notification-world'

let register: OsiaSimulator
let environment: Environment
let forwarder: NotificationForwarder

/** @param statusEveryMs how often the register is asked about what is waiting */
async function open(statusEveryMs = 100_000): Promise<void> {
  register = createOsiaSimulator({
    behaviour: { lateNumbers: 'hold', notification: { policySecondMs: 10 } }
  })
  await register.start()
  forwarder = await openNotificationForwarder()
  environment = await startEnvironment(
    osia({
      ...register.connection,
      mode: 'push',
      uin: 'newPerson',
      uinPattern: /\d{10}/,
      referenceAttribute: { name: 'trackingId', holds: 'trackingId' },
      lookUp: { by: 'reference' },
      subscription: {
        secrets: SECRET,
        address: `${forwarder.url}/national-id`,
        policy: { everySeconds: 1, times: 500 }
      }
    }),
    { delivery: { statusEveryMs } }
  )
  forwarder.to(environment.url)
  await until(() => register.subscriptions[0]?.active === true)
}

afterEach(async () => {
  await environment.stop()
  await forwarder.close()
  await register.stop()
})

/** A birth that the register was told of, and has made no number for. */
async function waiting(): Promise<{ eventId: string; pushed: string }> {
  const { core } = environment
  const eventId = await core.createDeclaredEvent('birth', NEWBORN)
  await core.register(eventId)
  const pushed = `crvs-${trackingIdOf(eventId)}`
  await until(() => (register.person(pushed)?.identities.size ?? 0) > 0)
  return { eventId, pushed }
}

function trackingIdOf(eventId: string): string {
  return environment.core.event(eventId)?.trackingId ?? ''
}

function recordOf(eventId: string) {
  const shown = environment.core.index(eventId)
  return {
    status: shown?.status,
    identifier: shown?.declaration['child.nid']
  }
}

async function registered(eventId: string): Promise<void> {
  await eventually(
    () => recordOf(eventId),
    ({ status }) => status === 'REGISTERED'
  )
}

function acceptances(eventId: string): number {
  const rows = environment.core.event(eventId)?.actions ?? []
  return rows.filter(
    ({ originalActionId, status, type }) =>
      type === 'REGISTER' &&
      status === 'Accepted' &&
      originalActionId !== undefined
  ).length
}

function deliveryStatuses(): unknown[] {
  return register.log.of('notification').map(({ status }) => status)
}

it('accepts the birth whose number is told later, once, and answers the engine 200', async () => {
  await open()
  const { eventId, pushed } = await waiting()
  register.behave({ notification: { copies: 3 } })
  const uin = register.assignUin(pushed)
  await registered(eventId)
  await register.idle()
  const [message] = register.published('newPerson')
  expect(await register.replay(message?.messageId ?? '')).toEqual([200])
  expect(recordOf(eventId)).toEqual({ status: 'REGISTERED', identifier: uin })
  expect(acceptances(eventId)).toBe(1)
  expect(deliveryStatuses()).toEqual([200, 200, 200, 200])
})

it('takes a number that is told while this server was down', async () => {
  await open()
  const { eventId, pushed } = await waiting()
  await environment.server.stop({ timeout: 50 })
  const uin = register.assignUin(pushed)
  await until(() => register.log.of('notification').length > 1)
  await environment.restart()
  forwarder.to(environment.url)
  await registered(eventId)
  expect(recordOf(eventId).identifier).toBe(uin)
  expect(register.log.of('confirmation')).toHaveLength(1)
})

it.each([
  ['another first name', { firstName: 'Somebody' }],
  ['another date of birth', { dateOfBirth: '2001-01-01' }],
  ['another sex', { gender: '1' }]
])(
  'changes nothing when the register reads back %s',
  async (_what, changes) => {
    await open()
    const { eventId, pushed } = await waiting()
    const { attributes = {} } = register.person(pushed) ?? {}
    const wrong = register.addPerson({
      attributes: { ...attributes, ...changes }
    })
    register.publish('newPerson', { source: 'pr', uin: wrong.personId })
    await register.idle()
    expect(deliveryStatuses()).toEqual([200])
    expect(recordOf(eventId).status).toBe('DECLARED')
    // The right one is still taken.
    const uin = register.assignUin(pushed)
    await registered(eventId)
    expect(recordOf(eventId).identifier).toBe(uin)
  }
)

it('gives no record the number of somebody whom we did not register', async () => {
  await open()
  const { eventId } = await waiting()
  const stranger = register.addPerson({
    attributes: { firstName: 'Some', lastName: 'Body', trackingId: 'NOBODY00' }
  })
  register.publish('newPerson', { source: 'pr', uin: stranger.personId })
  await register.idle()
  expect(deliveryStatuses()).toEqual([200])
  expect(recordOf(eventId).status).toBe('DECLARED')
})

it('refuses a guessed address with 401 and writes it down, without the address', async () => {
  await open()
  const { eventId, pushed } = await waiting()
  const { personId } = register.addPerson({
    attributes: register.person(pushed)?.attributes ?? {}
  })
  const [subscription] = register.subscriptions
  const guess = SECRET.replace('0001', '0002')
  const status = await register.sendMessage({
    address: (subscription?.address ?? '').replace(SECRET, guess),
    headers: {
      'message-type': 'Notification',
      'message-id': 'forged',
      'topic-id': subscription?.topic ?? ''
    },
    body: JSON.stringify({ source: 'pr', uin: personId })
  })
  expect(status).toBe(401)
  expect(recordOf(eventId).status).toBe('DECLARED')
  const said = JSON.stringify(environment.lines)
  expect(said).not.toContain(SECRET)
  expect(said).not.toContain(guess)
  expect(said).not.toContain(personId)
})

it('finds a number whose event was lost by asking, but not while it reads back as another', async () => {
  await open(100)
  const { eventId, pushed } = await waiting()
  const { attributes = {} } = register.person(pushed) ?? {}
  const person = register.addPerson({
    attributes: { ...attributes, firstName: 'Somebody' }
  })
  await until(() => register.log.of('read').length > 1)
  expect(recordOf(eventId).status).toBe('DECLARED')
  Object.assign(person.attributes, attributes)
  await registered(eventId)
  expect(recordOf(eventId).identifier).toBe(person.personId)
  expect(register.published('newPerson')).toEqual([])
})
