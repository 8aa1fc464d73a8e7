import {
  createMosipSimulator,
  type MosipBehaviourChanges,
  type MosipSimulator
} from '../../../src/sandbox'
import {
  CHILD,
  NOW,
  TestClock,
  clientOf,
  eng,
  eventually,
  send,
  type Client
} from './client'
import { startSubscriber, type Subscriber } from './subscriber'

let clock: TestClock
let simulator: MosipSimulator
let client: Client
let subscriber: Subscriber

beforeEach(async () => {
  clock = new TestClock()
  simulator = createMosipSimulator({ clock })
  await simulator.start()
  client = clientOf(simulator)
  subscriber = await startSubscriber(() => secret())
})
afterEach(async () => {
  await simulator.stop()
  await subscriber.close()
})

const secret = () => simulator.connection.websub.secrets

const callbacks = (changes: MosipBehaviourChanges['callbacks'] = {}) =>
  simulator.behave({ callbacks: changes })

async function subscribe(changes: Record<string, string> = {}) {
  const answer = await client.subscribe(subscriber.url, changes)
  await simulator.idle()
  return answer
}

const statusTopic = () => ({
  'hub.topic': simulator.connection.websub.topics.packetStatus
})

/** Registers, and gives what arrives until nothing more comes. */
async function deliveriesOf(...applicationIds: string[]) {
  for (const applicationId of applicationIds) {
    await client.register(applicationId, {
      ...CHILD,
      birthCertificateNumber: `N-${applicationId}`
    })
  }
  await simulator.idle()
  return subscriber.received
}

const idsIn = (received: Subscriber['received']) =>
  received.map(({ body }) => body.event.data.registrationId)

describe('a subscription', () => {
  it('is checked with the subscriber after the 202, with topic, challenge and lease', async () => {
    expect((await subscribe()).status).toBe(202)
    const [check] = subscriber.checks
    expect(check?.get('hub.mode')).toBe('subscribe')
    expect(check?.get('hub.topic')).toBe('opencrvs-partner/CREDENTIAL_ISSUED')
    expect(check?.get('hub.challenge')).toMatch(/^[\w-]{36}$/)
    expect(check?.get('hub.lease_seconds')).toBe('864000')
    expect(simulator.subscriptions).toMatchObject([{ isActive: true }])
  })

  it.each<[string, (challenge: string) => string | undefined]>([
    ['refuses', () => undefined],
    ['gives another word back than the challenge', () => 'yes']
  ])('is none when the subscriber %s', async (_what, onCheck) => {
    subscriber.onCheck = onCheck
    await subscribe()
    expect(subscriber.checks).toHaveLength(1)
    expect(simulator.subscriptions).toEqual([])
    expect(await deliveriesOf('a-1')).toEqual([])
  })

  it('is denied when the hub has it already, and asked anew once it is not live', async () => {
    await subscribe({ 'hub.lease_seconds': '60' })
    expect((await subscribe()).status).toBe(202)
    const denial = subscriber.checks[1]
    expect(denial?.get('hub.mode')).toBe('denied')
    expect(denial?.get('hub.reason')).toContain('already registered')
    clock.at = NOW + 60_000
    expect(simulator.subscriptions).toMatchObject([{ isActive: false }])
    await subscribe()
    expect(subscriber.checks[2]?.get('hub.mode')).toBe('subscribe')
    expect(simulator.subscriptions).toMatchObject([{ isActive: true }])
  })

  it('is denied for a topic that there is not', async () => {
    await subscribe({ 'hub.topic': 'somebody/CREDENTIAL_ISSUED' })
    expect(subscriber.checks[0]?.get('hub.mode')).toBe('denied')
    expect(simulator.subscriptions).toEqual([])
  })

  it('is refused without a good token in both places', async () => {
    const { hubUrl } = simulator.connection.websub
    const token = await client.token('websubClient')
    const packets = await client.token()
    for (const headers of [
      { authorization: token },
      { cookie: `Authorization=${token}` },
      { authorization: packets, cookie: `Authorization=${packets}` },
      {}
    ]) {
      const body = `hub.mode=subscribe&hub.topic=t&hub.callback=${subscriber.url}`
      const answer = await send(hubUrl, 'POST', body, headers)
      expect(answer.status).toBe(401)
    }
    expect(subscriber.checks).toEqual([])
  })

  it('is refused when it makes no sense', async () => {
    for (const changes of [
      { 'hub.mode': 'publish' },
      { 'hub.topic': '' },
      { 'hub.callback': 'file:///etc/passwd' }
    ]) {
      expect((await subscribe(changes)).status).toBe(400)
    }
  })

  it('ends when the subscriber asks for it', async () => {
    await subscribe()
    await subscribe({ 'hub.mode': 'unsubscribe' })
    expect(subscriber.checks[1]?.get('hub.mode')).toBe('unsubscribe')
    expect(simulator.subscriptions).toEqual([])
  })

  it('may be asked about by strangers, as the simulator can do for them', async () => {
    await subscribe()
    const answer = await simulator.askSubscriber('credentials', {
      'hub.mode': 'unsubscribe',
      'hub.topic': 'foreign',
      'hub.challenge': 'word'
    })
    expect(answer).toEqual({ status: 200, text: 'word' })
    expect(subscriber.checks.at(-1)?.get('hub.topic')).toBe('foreign')
  })
})

describe('a delivery', () => {
  it('is signed with the subscriber’s secret over the very bytes', async () => {
    await subscribe()
    const [delivered] = await deliveriesOf('a-1')
    expect(delivered).toMatchObject({ isProven: true, path: '/callback' })
  })

  it('waits for the first subscriber', async () => {
    expect(await deliveriesOf('a-1', 'a-2')).toEqual([])
    await subscribe()
    expect(idsIn(subscriber.received)).toEqual(['a-1', 'a-2'])
  })

  it('is repeated with growing pauses until it is taken, and not after', async () => {
    callbacks({ retryAfterMs: 40 })
    subscriber.next(500, 404, 'cut', 204)
    await subscribe()
    const received = await deliveriesOf('a-1')
    expect(received).toHaveLength(4)
    expect(new Set(received.map(({ text }) => text)).size).toBe(1)
    const pauses = received
      .slice(1)
      .map(({ at }, index) => at - (received[index]?.at ?? 0))
    expect(pauses[0]).toBeGreaterThanOrEqual(35)
    expect(pauses[1]).toBeGreaterThanOrEqual(75)
    expect(pauses[2]).toBeGreaterThanOrEqual(155)
    expect(simulator.subscriptions).toMatchObject([{ owed: 0 }])
  })

  it('holds back what comes behind it', async () => {
    callbacks({ retryAfterMs: 10 })
    subscriber.next(503, 503, 200)
    await subscribe()
    expect(idsIn(await deliveriesOf('a-1', 'a-2'))).toEqual([
      'a-1',
      'a-1',
      'a-1',
      'a-2'
    ])
  })

  it('drops a subscriber that never takes it, who goes on from there when it comes again', async () => {
    callbacks({ retryAfterMs: 1, retries: 2 })
    subscriber.next(500, 500, 500)
    await subscribe()
    expect(idsIn(await deliveriesOf('a-1', 'a-2'))).toEqual([
      'a-1',
      'a-1',
      'a-1'
    ])
    expect(simulator.subscriptions).toMatchObject([
      { isActive: false, owed: 2 }
    ])
    await subscribe()
    expect(idsIn(subscriber.received.slice(3))).toEqual(['a-1', 'a-2'])
  })

  it('is the last one when it is answered 410', async () => {
    subscriber.next(410)
    await subscribe()
    expect(await deliveriesOf('a-1', 'a-2')).toHaveLength(1)
    expect(simulator.subscriptions).toEqual([])
  })

  it('does not come after the lease has ended', async () => {
    await subscribe({ 'hub.lease_seconds': '60' })
    clock.at = NOW + 61_000
    expect(await deliveriesOf('a-1')).toEqual([])
    await subscribe()
    expect(idsIn(subscriber.received)).toEqual(['a-1'])
  })

  it('comes to the address with a slash, where the hub adds one', async () => {
    callbacks({ addsSlash: true })
    await subscribe()
    const [delivered] = await deliveriesOf('a-1')
    expect(delivered?.path).toBe('/callback/')
  })
})

describe('callbacks that are', () => {
  it('duplicate come byte for byte the same', async () => {
    callbacks({ copies: 3 })
    await subscribe()
    const received = await deliveriesOf('a-1')
    expect(received).toHaveLength(3)
    expect(new Set(received.map(({ text }) => text)).size).toBe(1)
  })

  it('early come before the workflow is answered', async () => {
    callbacks({ delivery: 'early' })
    await subscribe()
    let isAnswered = false
    const wasAnswered: boolean[] = []
    subscriber.onDelivery = () => wasAnswered.push(isAnswered)
    await client.createPacket('a-1', CHILD)
    await client.startWorkflow('a-1')
    isAnswered = true
    expect(wasAnswered).toEqual([false])
  })

  it('late and reordered come when they are let go', async () => {
    callbacks({ delivery: 'hold' })
    await subscribe()
    expect(await deliveriesOf('a-1', 'a-2', 'a-3')).toEqual([])
    const held = simulator.heldMessages.filter(({ topic }) =>
      topic.endsWith('CREDENTIAL_ISSUED')
    )
    expect(held.map(({ applicationId }) => applicationId)).toEqual([
      'a-1',
      'a-2',
      'a-3'
    ])
    await simulator.releaseMessages('newestFirst')
    await simulator.idle()
    expect(idsIn(subscriber.received)).toEqual(['a-3', 'a-2', 'a-1'])
    expect(simulator.heldMessages).toEqual([])
  })

  it('lost never come, until they are issued again', async () => {
    callbacks({ delivery: 'lose' })
    await subscribe()
    expect(await deliveriesOf('a-1')).toEqual([])
    expect(simulator.ledger.of('issued')).toHaveLength(1)
    callbacks({ delivery: 'send' })
    await simulator.issueAgain('a-1')
    expect(idsIn(subscriber.received)).toEqual(['a-1'])
    expect(simulator.ledger.of('issued')).toHaveLength(1)
  })

  it('replayed come once more, byte for byte', async () => {
    await subscribe()
    await deliveriesOf('a-1')
    expect(await simulator.replayCredential('a-1')).toBe(200)
    const [first, second] = subscriber.received
    expect(second?.text).toBe(first?.text)
    await expect(simulator.replayCredential('a-2')).rejects.toThrow('a-2')
  })

  it.each([
    ['unsigned', { isSigned: false, isProven: false }],
    ['wrongSecret', { isSigned: true, isProven: false }],
    ['tampered', { isSigned: true, isProven: false }]
  ] as const)('%s prove no sender', async (forgery, seen) => {
    await subscribe()
    subscriber.next(401)
    expect(await simulator.sendCredential('a-1', {}, forgery)).toBe(401)
    expect(subscriber.received).toMatchObject([seen])
  })

  it('sent to nobody have no status', async () => {
    expect(await simulator.sendCredential('a-1')).toBeUndefined()
  })

  it('forgotten are those of a hub that has lost its subscribers', async () => {
    await subscribe()
    simulator.forgetSubscriptions()
    expect(simulator.subscriptions).toEqual([])
    await subscribe()
    expect(simulator.subscriptions).toMatchObject([{ isActive: true }])
  })
})

describe('the packet status', () => {
  it('is told from received to processed', async () => {
    await subscribe(statusTopic())
    const received = await deliveriesOf('a-1')
    expect(received.map(({ body }) => body.event.data.statusCode)).toEqual([
      'RECEIVED',
      'PROCESSING',
      'PROCESSED'
    ])
    expect(received.every(({ isProven }) => isProven)).toBe(true)
    expect(received[0]?.body).toMatchObject({
      topic: simulator.connection.websub.topics.packetStatus,
      event: { data: { registrationId: 'a-1' } }
    })
  })

  it('is told with the reason of a rejection, and no credential comes', async () => {
    simulator.behave({
      statuses: ['REJECTED'],
      refuse: () => ({ code: 'RPR-X-1', reason: 'The name is no name.' })
    })
    await subscribe()
    await subscribe(statusTopic())
    const received = await deliveriesOf('a-1')
    expect(received.map(({ body }) => body.event.data)).toEqual([
      {
        registrationId: 'a-1',
        statusCode: 'REJECTED',
        errorCode: 'RPR-X-1',
        statusComment: 'The name is no name.'
      }
    ])
    expect(simulator.ledger.entries).toEqual([])
  })

  it('may be the registration processor’s bare object', async () => {
    simulator.behave({ statusForm: 'bare', statuses: ['PROCESSED'] })
    await subscribe(statusTopic())
    const [delivered] = await deliveriesOf('a-1')
    expect(delivered?.body).toEqual({
      instanceId: 'a-1',
      resultCode: 'PROCESSED',
      workflowType: 'COMPLETE',
      errorCode: null
    })
  })

  it('can be told about any packet', async () => {
    await subscribe(statusTopic())
    const rejection = { code: 'X', reason: 'because' }
    expect(await simulator.sendStatus('a-9', 'REJECTED', rejection)).toBe(200)
    expect(subscriber.received[0]?.body.event.data.statusComment).toBe(
      'because'
    )
  })

  it('is all that a death gets: MOSIP acknowledges none by a credential', async () => {
    const { uin } = simulator.addPerson({
      name: 'Oswin Testdeceased',
      dateOfBirth: '1950/01/15',
      gender: 'Male'
    })
    const fields = { UIN: uin, declaredAsDeceased: 'Y', fullName: eng('Oswin') }
    await subscribe()
    await client.register('d-1', fields, 'CRVS_DEATH')
    await simulator.idle()
    expect(simulator.ledger.of('deceased')).toHaveLength(1)
    expect(subscriber.received).toEqual([])
    simulator.behave({ credentialsFor: ['CRVS_DEATH'] })
    await client.register('d-2', fields, 'CRVS_DEATH')
    await eventually(
      () => subscriber.received.length,
      (count) => count === 1
    )
  })
})
