import {
  createOsiaSimulator,
  type OsiaSimulator,
  type OsiaSimulatorOptions
} from 'opencrvs-national-id/sandbox'
import {
  recordedPairs,
  type Pair,
  type RecordedFile
} from '../../systems/osia/recorded'
import { call, tokenOf } from './calls'
import { openSubscriber } from './subscriber'

const MOTHER = {
  uin: '2345678901',
  attributes: {
    firstName: 'Thandiwe',
    lastName: 'Nkandu',
    dateOfBirth: '1996-02-14',
    gender: '2'
  }
}
const NEWBORN = {
  firstName: 'Amara',
  lastName: 'Nkandu',
  dateOfBirth: '2026-10-30',
  gender: '2'
}
const ALIVE = { status: 'ACTIVE', physicalStatus: 'ALIVE' }
const UIN_PATH = '/v1/uin?transactionId=opencrvs-1'

const running: Array<{ stop(): Promise<void> }> = []

async function started(
  options: OsiaSimulatorOptions = {}
): Promise<OsiaSimulator> {
  const simulator = createOsiaSimulator({ people: [MOTHER], ...options })
  running.push(simulator)
  await simulator.start()
  return simulator
}

afterEach(async () => {
  for (const one of running.splice(0).toReversed()) await one.stop()
})

const INTERFACES = {
  uin: 'uin',
  pr: 'populationRegistry',
  dataaccess: 'dataAccess',
  '3rdparty': 'thirdParty',
  notification: 'notification'
} as const satisfies Record<RecordedFile, string>

/** Pairs that a validator of the published files refused by itself, without being told to. */
function refusedPairs(file: RecordedFile): Pair[] {
  return recordedPairs(file).filter(
    ({ request, response }) =>
      request.headers.prefer === undefined &&
      [400, 401].includes(response.status)
  )
}

/** Operations that civil registration never calls. */
const NOT_SIMULATED = /readDocument|readAttribute|identify|findPersons/

describe('what a validator of the published files refuses', () => {
  const pairs = Object.keys(INTERFACES).flatMap((file) => {
    // The keys of the table above.
    const of = file as RecordedFile
    return refusedPairs(of)
      .filter(({ name }) => !NOT_SIMULATED.test(name))
      .map((pair) => [`${of}: ${pair.name}`, of, pair] as const)
  })

  it.each(pairs)(
    'is refused alike: %s',
    async (_name, of, { request, response }) => {
      const simulator = await started()
      const token =
        request.headers.authorization === undefined
          ? 'none'
          : await tokenOf(simulator)
      const answer = await call(simulator, request.path, {
        of: INTERFACES[of],
        method: request.method,
        body: request.body ?? undefined,
        token,
        headers: contentType(request.headers)
      })
      expect(answer.status).toBe(response.status)
    }
  )
})

function contentType(headers: Record<string, string>): Record<string, string> {
  const type = headers['content-type']
  return type === undefined ? {} : { 'content-type': type }
}

describe('generateUIN', () => {
  it('mints a second number for the same transaction, as the standard allows', async () => {
    const simulator = await started()
    const ask = () =>
      call(simulator, UIN_PATH, { of: 'uin', method: 'POST', body: NEWBORN })
    const [first, second] = [await ask(), await ask()]
    expect(first.body).not.toBe(second.body)
    expect(simulator.ledger.issuedFor('opencrvs-1')).toEqual([
      first.body,
      second.body
    ])
    expect(simulator.ledger.doneTwice()).toEqual([second.body])
  })

  it.each([
    { kind: 'cutAfter' } as const,
    { kind: 'statusAfter', status: 500 } as const
  ])('has minted although the answer was lost: $kind', async (fault) => {
    const simulator = await started()
    simulator.faults.add('uin', fault)
    const asked = call(simulator, UIN_PATH, {
      of: 'uin',
      method: 'POST',
      body: NEWBORN
    }).then(
      ({ status }) => status,
      () => 'cut'
    )
    expect(await asked).toBe(fault.kind === 'cutAfter' ? 'cut' : 500)
    expect(simulator.ledger.issuedFor('opencrvs-1')).toHaveLength(1)
  })

  it('quotes the number twice where it is told to', async () => {
    const simulator = await started({ behaviour: { quotesTwice: true } })
    const { body } = await call(simulator, UIN_PATH, {
      of: 'uin',
      method: 'POST',
      body: NEWBORN
    })
    expect(body).toMatch(/^"\d{10}"$/)
  })

  it('hides a minted number from queryPersonList where it is told to', async () => {
    const simulator = await started()
    await call(simulator, UIN_PATH, {
      of: 'uin',
      method: 'POST',
      body: NEWBORN
    })
    const query = () =>
      call(simulator, '/v1/persons?firstName=Amara', { of: 'dataAccess' })
    expect((await query()).body).toEqual(
      simulator.ledger.issuedFor('opencrvs-1')
    )
    simulator.behave({ minted: 'hidden' })
    expect(await query()).toEqual({ status: 404, body: null })
  })
})

describe('tokens', () => {
  it('opens no interface with a token of another scope', async () => {
    const simulator = await started()
    const token = await tokenOf(simulator, 'pr.person.match')
    const asked = { of: 'uin', method: 'POST', body: NEWBORN, token } as const
    expect((await call(simulator, UIN_PATH, asked)).status).toBe(403)
    simulator.expireTokens()
    expect((await call(simulator, UIN_PATH, asked)).status).toBe(401)
  })

  it('takes no token of its own that was issued for reading from civil registration', async () => {
    const simulator = await started()
    const token = simulator.issueToken({ scope: 'uin.generate' })
    const asked = { of: 'uin', method: 'POST', body: NEWBORN, token } as const
    expect((await call(simulator, UIN_PATH, asked)).status).toBe(401)
  })
})

describe('the population register', () => {
  const person = '/v1/persons/3100000007'
  const identity = `${person}/identities/crvs-1`
  const put = { of: 'populationRegistry', method: 'PUT' } as const
  const post = { of: 'populationRegistry', method: 'POST' } as const
  const claimed = {
    identityType: 'CIVIL_REGISTRATION',
    status: 'CLAIMED',
    biographicData: NEWBORN
  }

  it('knows a person once, and changes an identity only while it is CLAIMED', async () => {
    const simulator = await started()
    const at = (path: string) => `${path}?transactionId=t`
    const answers = [
      await call(simulator, at(person), { ...post, body: ALIVE }),
      await call(simulator, at(person), { ...post, body: ALIVE }),
      await call(simulator, at(identity), { ...post, body: claimed }),
      await call(simulator, at(identity), { ...post, body: claimed }),
      await call(simulator, at(identity), {
        ...put,
        method: 'PATCH',
        body: { ...claimed, biographicData: { firstName: 'Amarachi' } }
      }),
      await call(
        simulator,
        `${identity}/status?status=VALID&transactionId=t`,
        put
      ),
      await call(simulator, at(identity), { ...put, body: claimed })
    ]
    expect(answers.map(({ status }) => status)).toEqual([
      201, 409, 201, 409, 204, 204, 400
    ])
    expect(simulator.person('3100000007')?.attributes).toMatchObject({
      firstName: 'Amarachi',
      lastName: 'Nkandu'
    })
  })

  it('notes a death once, however often it is told', async () => {
    const simulator = await started()
    const dead = { status: 'ACTIVE', physicalStatus: 'DEAD' }
    const path = '/v1/persons/2345678901?transactionId=t'
    await call(simulator, path, { ...put, body: dead })
    await call(simulator, path, { ...put, body: dead })
    expect(simulator.ledger.of('died')).toHaveLength(1)
  })

  it('gives a number later to somebody who was pushed without one, and says so', async () => {
    const simulator = await started({
      behaviour: {
        newPerson: ({ attributes: { trackingId = '' } }) => ({ trackingId })
      }
    })
    const late = '/v1/persons/crvs-AB12'
    const at = (path: string) => `${path}?transactionId=t`
    await call(simulator, at(late), { ...post, body: ALIVE })
    await call(simulator, at(`${late}/identities/crvs-AB12`), {
      ...post,
      body: { ...claimed, contextualData: { trackingId: 'AB12' } }
    })
    const [uin] = simulator.ledger.issuedFor('crvs-AB12')
    const [message] = simulator.published('newPerson')
    expect(JSON.parse(message?.text ?? '')).toEqual({
      source: 'population-register',
      uin,
      trackingId: 'AB12'
    })
  })
})

describe('the notification engine', () => {
  const topics = { of: 'notification', method: 'POST' } as const

  async function subscribe(
    simulator: OsiaSimulator,
    address: string,
    policy = '1,3'
  ) {
    const query = new URLSearchParams({
      topic: 'newPerson',
      protocol: 'http',
      address,
      policy
    })
    return call(simulator, `/v1/subscriptions?${query.toString()}`, topics)
  }

  async function confirmed(simulator: OsiaSimulator) {
    const subscriber = await openSubscriber()
    running.push(subscriber)
    await subscribe(simulator, subscriber.url)
    await simulator.idle()
    const { token } = subscriber.deliveries[0]?.body as { token: string }
    await call(simulator, `/v1/subscriptions/confirm?token=${token}`, {
      of: 'notification'
    })
    subscriber.deliveries.length = 0
    return subscriber
  }

  it('sends nothing to a subscriber that did not confirm', async () => {
    const simulator = await started()
    const subscriber = await openSubscriber()
    running.push(subscriber)
    await subscribe(simulator, subscriber.url)
    simulator.publish('newPerson', { source: 'x', uin: '1' })
    await simulator.idle()
    const types = subscriber.deliveries.map(
      ({ headers }) => headers['message-type']
    )
    expect(types).toEqual(['SubscriptionConfirmation'])
    expect(simulator.subscriptions[0]?.active).toBe(false)
  })

  it('gives the same subscription for the same topic and address', async () => {
    const simulator = await started()
    const subscriber = await confirmed(simulator)
    const again = await subscribe(simulator, subscriber.url)
    expect(again.body).toEqual(simulator.subscriptions[0])
    expect(simulator.subscriptions).toHaveLength(1)
    simulator.publish('newPerson', { source: 'x', uin: '1' })
    await simulator.idle()
    expect(subscriber.deliveries).toHaveLength(1)
  })

  it('delivers again, with the same id, until the policy gives up', async () => {
    const simulator = await started({
      behaviour: { notification: { policySecondMs: 1 } }
    })
    const subscriber = await confirmed(simulator)
    subscriber.answerWith(500)
    const messageId = simulator.publish('newPerson', { source: 'x', uin: '1' })
    await simulator.idle()
    expect(
      subscriber.deliveries.map(({ headers }) => headers['message-id'])
    ).toEqual([messageId, messageId, messageId, messageId])
  })

  it.each([
    ['wrappedText', '{"source":"x","uin":"1"}'],
    ['wrappedObject', { source: 'x', uin: '1' }]
  ] as const)('wraps an event: %s', async (form, message) => {
    const simulator = await started({ behaviour: { notification: { form } } })
    const subscriber = await confirmed(simulator)
    simulator.publish('newPerson', { source: 'x', uin: '1' })
    await simulator.idle()
    expect(subscriber.deliveries[0]?.body).toMatchObject({
      type: 'Notification',
      message
    })
  })

  it('takes a published message in the odd media type alone', async () => {
    const simulator = await started()
    const [topic] = simulator.topics
    const publish = (type: string) =>
      call(simulator, `/v1/topics/${topic?.uuid ?? ''}/publish`, {
        ...topics,
        body: '{}',
        headers: { 'content-type': type }
      })
    expect((await publish('application/json')).status).toBe(400)
    expect((await publish('plain/text')).status).toBe(200)
  })

  it('ends a subscription when it is asked to', async () => {
    const simulator = await started()
    const subscriber = await confirmed(simulator)
    const uuid = simulator.subscriptions[0]?.uuid ?? ''
    const path = `/v1/subscriptions/${uuid}`
    const end = { of: 'notification', method: 'DELETE' } as const
    expect((await call(simulator, path, end)).status).toBe(204)
    expect((await call(simulator, path, end)).status).toBe(404)
    simulator.publish('newPerson', { source: 'x', uin: '1' })
    await simulator.idle()
    expect(subscriber.deliveries).toEqual([])
  })
})

describe('reading back', () => {
  async function publish(
    simulator: OsiaSimulator,
    topic: string,
    event: object
  ) {
    const made = await call(simulator, `/v1/topics?name=${topic}`, {
      of: 'notification',
      method: 'POST'
    })
    const { uuid } = made.body as { uuid: string }
    await call(simulator, `/v1/topics/${uuid}/publish`, {
      of: 'notification',
      method: 'POST',
      body: JSON.stringify(event),
      headers: { 'content-type': 'plain/text' }
    })
    await simulator.idle()
  }

  it('creates the person whom civil registration describes after a liveBirth', async () => {
    const simulator = await started()
    const registration = await openSubscriber()
    running.push(registration)
    registration.answerWith(200, {
      ...NEWBORN,
      gender: { code: 1023, message: 'x' }
    })
    simulator.connectTo(registration.url)
    await publish(simulator, 'liveBirth', {
      source: 'opencrvs',
      uin: '3100000007',
      uin1: MOTHER.uin
    })
    const child = simulator.person('3100000007')
    expect(child).toMatchObject({
      isReserved: false,
      parents: [MOTHER.uin],
      attributes: { firstName: 'Amara', dateOfBirth: '2026-10-30' }
    })
    expect(child?.attributes.gender).toBeUndefined()
    expect(registration.deliveries[0]?.headers.authorization).toMatch(
      /^Bearer /
    )
    expect(simulator.published('newPerson')).toHaveLength(1)
  })

  it('creates nobody whom civil registration does not know', async () => {
    const simulator = await started({
      behaviour: { reading: { attempts: 2, pauseMs: 1 } }
    })
    const registration = await openSubscriber()
    running.push(registration)
    registration.answerWith(404)
    simulator.connectTo(registration.url)
    await publish(simulator, 'liveBirth', { source: 'x', uin: '3100000007' })
    expect(simulator.person('3100000007')).toBeUndefined()
    expect(simulator.reads.map(({ status }) => status)).toEqual([404, 404])
  })

  it('flags a death once, and leaves the person active', async () => {
    const simulator = await started()
    await publish(simulator, 'death', { source: 'x', uin: MOTHER.uin })
    await publish(simulator, 'death', { source: 'x', uin: MOTHER.uin })
    expect(simulator.person(MOTHER.uin)).toMatchObject({
      status: 'ACTIVE',
      physicalStatus: 'DEAD'
    })
    expect(simulator.ledger.of('died')).toHaveLength(1)
  })
})
