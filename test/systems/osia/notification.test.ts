import type { OsiaSimulator } from 'opencrvs-national-id/sandbox'
import { newborn } from './made'
import {
  openWorld,
  SECRET,
  until,
  type World,
  type WorldOptions
} from './notification-world'

const REFERENCE = 'B7K2QXM9'
const CHILD = {
  firstName: 'Amara',
  lastName: 'Nkandu',
  dateOfBirth: '2026-10-30',
  gender: '2',
  crvsReference: REFERENCE
}

let world: World | undefined

async function opened(options: WorldOptions = {}): Promise<World> {
  world = await openWorld(options)
  return world
}

async function active(options: WorldOptions = {}): Promise<World> {
  const made = await opened(options)
  await until(() => made.subscriber.state === 'active')
  made.taken.length = 0
  return made
}

afterEach(async () => {
  await world?.stop()
  world = undefined
})

/** The register makes a person, and says so. */
async function newPerson(
  { register, taken }: World,
  attributes: Record<string, string> = CHILD,
  more: object = {}
): Promise<string> {
  const { personId } = register.addPerson({ attributes })
  const before = taken.length
  register.publish('newPerson', { source: 'pr', uin: personId, ...more })
  await until(() => taken.length > before)
  return personId
}

function notifyHeaders(
  register: OsiaSimulator,
  changes: Record<string, string> = {}
): Record<string, string> {
  const [subscription] = register.subscriptions
  return {
    'message-type': 'Notification',
    'message-id': 'm-1',
    'topic-id': subscription?.topic ?? '',
    ...changes
  }
}

describe('subscribing', () => {
  it('makes the topic, subscribes with the secret address and confirms', async () => {
    const { register, subscriber } = await active({
      simulator: { topics: [] }
    })
    expect(register.topics.map(({ name }) => name)).toEqual(['newPerson'])
    expect(register.subscriptions).toEqual([
      expect.objectContaining({ active: true, policy: '1,20' })
    ])
    expect(register.subscriptions[0]?.address).toMatch(
      new RegExp(`/osia/notify/${SECRET}$`)
    )
    expect(subscriber.findings()[0]?.state).toBe('ok')
  })

  it('keeps asking while the register is down, and stops nothing', async () => {
    const made = await opened({ idle: true })
    await made.register.disappear()
    made.subscriber.start()
    await until(() => made.subscriber.state === 'failing')
    expect(made.subscriber.state).toBe('failing')
    await made.register.start()
    await until(() => made.subscriber.state === 'active')
    expect(made.subscriber.state).toBe('active')
  })

  it('has the confirmation sent again when confirming failed', async () => {
    const made = await opened({ idle: true })
    made.register.faults.add('confirm', { kind: 'status', status: 500 }, 2)
    made.subscriber.start()
    await until(() => made.subscriber.state === 'active')
    expect(made.subscriber.state).toBe('active')
    expect(made.taken.map(({ status }) => status)).toEqual([503, 503, 200])
  })

  it('subscribes anew where an engine that asks once has asked in vain', async () => {
    const made = await opened({
      idle: true,
      simulator: {
        behaviour: { notification: { asksAgain: false, policySecondMs: 5 } }
      },
      subscription: { policy: { everySeconds: 1, times: 0 } }
    })
    made.register.faults.add('confirm', { kind: 'status', status: 500 })
    made.subscriber.start()
    await until(() => made.subscriber.state === 'active')
    expect(made.subscriber.state).toBe('active')
    expect(made.register.log.of('unsubscribe')).toHaveLength(1)
  })

  it('finds its subscription again after a restart, without another handshake', async () => {
    const made = await active()
    const [before] = made.register.subscriptions
    await made.restart()
    await until(() => made.subscriber.state === 'active')
    expect(made.register.subscriptions).toEqual([before])
    expect(made.register.log.of('confirmation')).toHaveLength(1)
    await newPerson(made)
    expect(made.messages()).toHaveLength(1)
  })

  it('renews what the engine has lost', async () => {
    const made = await active({ subscription: { renewEveryMs: 1_000 } })
    made.register.forgetSubscriptions()
    await until(() => made.register.subscriptions[0]?.active === true)
    expect(made.register.subscriptions).toHaveLength(1)
  })

  it('ends the subscription when it is asked to', async () => {
    const made = await active()
    const { signal } = new AbortController()
    expect(await made.subscriber.unsubscribe(signal)).toBe(true)
    expect(made.register.subscriptions).toEqual([])
  })

  it('ends the subscription at the stop only where that is wanted', async () => {
    const made = await active({ subscription: { unsubscribeAtStop: true } })
    await made.subscriber.stop()
    expect(made.register.subscriptions).toEqual([])
  })
})

describe('a confirmation message', () => {
  const confirmation = (token: string, topic: string) =>
    JSON.stringify({
      type: 'SubscriptionConfirmation',
      message: 'Please confirm',
      token,
      topic,
      messageId: 'm-1',
      subscribeURL: 'http://127.0.0.1:1/steal'
    })

  it.each([
    ['of another topic', { 'topic-id': 'another' }],
    ['of another subscription', { 'subscription-id': 'another' }],
    ['that names no subscription', {}]
  ])('%s is refused, and nothing is confirmed', async (_what, changes) => {
    const made = await opened({ idle: true })
    made.register.faults.add(
      'confirm',
      { kind: 'status', status: 500 },
      Infinity
    )
    made.subscriber.start()
    await until(() => made.register.log.of('confirm').length > 0)
    const before = made.register.log.of('confirm').length
    const headers = notifyHeaders(made.register, {
      'message-type': 'SubscriptionConfirmation',
      ...changes
    })
    const status = await made.register.sendMessage({
      headers,
      body: confirmation('a-token', headers['topic-id'] ?? '')
    })
    expect(status).toBe(400)
    expect(
      made.register.log
        .of('confirm')
        .slice(before)
        .map(({ status }) => status)
    ).not.toContain(200)
    expect(made.register.subscriptions[0]?.active).toBe(false)
  })

  it('for what is active already is taken without another call', async () => {
    const made = await active()
    const calls = made.register.log.of('confirm').length
    const [subscription] = made.register.subscriptions
    const headers = notifyHeaders(made.register, {
      'message-type': 'SubscriptionConfirmation',
      'subscription-id': subscription?.uuid ?? ''
    })
    const status = await made.register.sendMessage({
      headers,
      body: confirmation('any', subscription?.topic ?? '')
    })
    expect(status).toBe(200)
    expect(made.register.log.of('confirm')).toHaveLength(calls)
  })
})

describe('newPerson', () => {
  it('answers the birth whose reference the register keeps', async () => {
    const made = await active()
    const uin = await newPerson(made)
    const [message] = made.messages()
    expect(message).toMatchObject({
      reference: REFERENCE,
      answer: { outcome: 'accepted', identifier: uin },
      onlyFor: ['createIdentity'],
      ifUnusable: 'drop'
    })
    expect(message?.agrees?.(newborn())).toBe(true)
  })

  it.each(['wrappedText', 'wrappedObject', 'bare'] as const)(
    'is understood as %s',
    async (form) => {
      const made = await active()
      made.register.behave({
        notification: { form, namesSubscription: false }
      })
      await newPerson(made)
      expect(made.messages()).toHaveLength(1)
    }
  )

  it('gives a repeated delivery the same id, so that it is taken once', async () => {
    const made = await active()
    made.register.behave({ notification: { copies: 3 } })
    await newPerson(made)
    await until(() => made.taken.length === 3)
    const ids = new Set(made.messages().map(({ messageId }) => messageId))
    expect(made.messages()).toHaveLength(3)
    expect([...ids]).toEqual([
      made.register.published('newPerson')[0]?.messageId
    ])
  })

  it.each([
    ['another first name', { firstName: 'Amina' }],
    ['another date of birth', { dateOfBirth: '2026-10-31' }],
    ['another sex', { gender: '1' }],
    ['no last name', { lastName: '' }]
  ])('does not agree with a person of %s', async (_what, changes) => {
    const made = await active()
    await newPerson(made, { ...CHILD, ...changes })
    expect(made.messages()[0]?.agrees?.(newborn())).toBe(false)
  })

  it('agrees whatever the case and the blanks', async () => {
    const made = await active()
    await newPerson(made, { ...CHILD, firstName: ' AMARA ' })
    expect(made.messages()[0]?.agrees?.(newborn())).toBe(true)
  })

  it('does not agree with a request that says too little', async () => {
    const made = await active()
    await newPerson(made)
    const request = newborn({
      person: { name: { firstname: 'Amara' }, attributes: {} }
    })
    expect(made.messages()[0]?.agrees?.(request)).toBe(false)
  })

  it('of somebody without our reference means nothing', async () => {
    const made = await active()
    const { crvsReference: _ours, ...stranger } = CHILD
    await newPerson(made, stranger)
    expect(made.taken).toEqual([{ status: 200, messages: [] }])
  })

  it('believes the register, not the event, about the reference', async () => {
    const made = await active()
    const { crvsReference: _ours, ...stranger } = CHILD
    await newPerson(made, stranger, { crvsReference: REFERENCE })
    await newPerson(made, CHILD, { crvsReference: 'another' })
    expect(made.messages()).toEqual([])
  })

  it('takes the reference from the event where that was agreed', async () => {
    const made = await active({
      options: {
        referenceAttribute: { name: 'trackingId', holds: 'trackingId' }
      },
      subscription: { correlateBy: 'event' }
    })
    const { crvsReference: _ours, ...child } = CHILD
    await newPerson(made, child, { trackingId: '2026B7K2QXM9' })
    expect(made.messages()[0]).toMatchObject({
      reference: '2026B7K2QXM9',
      referenceIs: 'trackingId'
    })
  })

  it('leaves registration numbers to the look-up', async () => {
    const made = await active({
      options: {
        referenceAttribute: {
          name: 'crvsReference',
          holds: 'registrationNumber'
        }
      }
    })
    await newPerson(made)
    expect(made.taken).toEqual([{ status: 200, messages: [] }])
  })

  it('is asked for again while the register does not show the person', async () => {
    const made = await active()
    made.register.faults.add('read', { kind: 'status', status: 500 }, 2)
    await newPerson(made)
    await until(() => made.messages().length > 0)
    expect(made.taken.map(({ status }) => status)).toEqual([503, 503, 200])
  })
})

describe('a forged delivery', () => {
  const body = JSON.stringify({
    type: 'Notification',
    message: JSON.stringify({ source: 'pr', uin: '3100000007' })
  })

  it.each([
    ['a guessed one', `${SECRET.slice(0, -1)}2`],
    ['none', ''],
    ['a longer one', `${SECRET}1`]
  ])(
    'to %s in the address is refused before anything is read',
    async (_what, secret) => {
      const made = await active()
      const address = made.register.subscriptions[0]?.address ?? ''
      const status = await made.register.sendMessage({
        address: address.replace(SECRET, secret),
        headers: notifyHeaders(made.register),
        body
      })
      expect(status).toBe(401)
      expect(made.taken).toEqual([
        { status: 401, code: 'ERR_NOTIFICATION_SENDER', messages: [] }
      ])
      expect(made.register.log.of('read')).toEqual([])
    }
  )

  it.each([
    ['no type', { 'message-type': '' }, '{}'],
    ['no id', { 'message-id': '' }, body],
    ['another topic', { 'topic-id': 'another' }, body],
    ['another subscription', { 'subscription-id': 'another' }, body],
    [
      'another type in the body',
      { 'message-type': 'SubscriptionConfirmation' },
      body
    ],
    ['no JSON', {}, 'nothing'],
    ['a list', {}, '[]'],
    ['no number', {}, '{"type":"Notification","message":"{}"}'],
    [
      'a number that is none',
      {},
      '{"type":"Notification","message":"{\\"uin\\":\\"../x\\"}"}'
    ],
    [
      'too much',
      {},
      JSON.stringify({ type: 'Notification', message: 'x'.repeat(70_000) })
    ]
  ])(
    'with %s is refused, and nothing is read',
    async (_what, changes, text) => {
      const made = await active()
      const status = await made.register.sendMessage({
        headers: notifyHeaders(made.register, changes),
        body: text
      })
      expect(status).toBe(400)
      expect(made.register.log.of('read')).toEqual([])
    }
  )

  it('without the identity that the proxy must name is refused', async () => {
    const clientIdentity = {
      header: 'x-client-subject',
      values: ['CN=register']
    }
    const made = await opened({ subscription: { clientIdentity } })
    await until(() => made.register.subscriptions.length > 0)
    const headers = notifyHeaders(made.register)
    const send = (subject?: string) =>
      made.register.sendMessage({
        headers: {
          ...headers,
          ...(subject === undefined ? {} : { 'x-client-subject': subject })
        },
        body
      })
    expect(await send()).toBe(401)
    expect(await send('CN=somebody')).toBe(401)
    // Proven; the number is nobody's.
    expect(await send('CN=register')).toBe(503)
  })

  it('to an older secret is taken while the secret is changed', async () => {
    const older = SECRET.replace('0001', '0002')
    const made = await active({ subscription: { secrets: [SECRET, older] } })
    const { personId } = made.register.addPerson({ attributes: CHILD })
    const address = made.register.subscriptions[0]?.address ?? ''
    const status = await made.register.sendMessage({
      address: address.replace(SECRET, older),
      headers: notifyHeaders(made.register),
      body: JSON.stringify({ source: 'pr', uin: personId })
    })
    expect(status).toBe(200)
    expect(made.messages()).toHaveLength(1)
  })
})
