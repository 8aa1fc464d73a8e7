import {
  createIdSystemSimulator,
  type IdSystemSimulator,
  type IdSystemSimulatorOptions
} from '../../../src/sandbox'
import type { Recorded } from '../recording'
import {
  startCallbackReceiver,
  type CallbackReceiver
} from './callback-receiver'

const PERSON = {
  name: { firstname: 'Juno', surname: 'Exampleson' },
  sex: 'female',
  attributes: {}
}

let idSystem: IdSystemSimulator
let receiver: CallbackReceiver
let references = 0

beforeEach(async () => {
  receiver = await startCallbackReceiver(() => idSystem.callbackSecret)
  await startWith({})
})
afterEach(async () => {
  await idSystem.stop()
  await receiver.close()
})

async function startWith(options: IdSystemSimulatorOptions) {
  await idSystem?.stop()
  idSystem = createIdSystemSimulator({ callbackUrl: receiver.url, ...options })
  await idSystem.start()
}

function newReference(): string {
  references += 1
  return `delivery-${references}`
}

async function token(): Promise<string> {
  const { clientId, clientSecret } = idSystem.client
  const response = await fetch(`${idSystem.url}/oauth/token`, {
    method: 'POST',
    headers: {
      authorization: `Basic ${Buffer.from(`${clientId}:${clientSecret}`).toString('base64')}`
    },
    body: new URLSearchParams({ grant_type: 'client_credentials' })
  })
  const body: Recorded = await response.json()
  return body.access_token
}

async function call(
  path: string,
  body?: object,
  headers: Record<string, string> = {}
) {
  const response = await fetch(`${idSystem.url}${path}`, {
    method: body === undefined ? 'GET' : 'POST',
    headers: {
      authorization: `Bearer ${await token()}`,
      'content-type': 'application/json',
      ...headers
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) })
  })
  const text = await response.text()
  return {
    status: response.status,
    headers: response.headers,
    body: /^[{[]/.test(text) ? JSON.parse(text) : text
  }
}

function issue(reference: string, more: object = {}) {
  return call(
    '/identities',
    { reference, operation: 'createIdentity', person: PERSON, ...more },
    { 'idempotency-key': reference }
  )
}

describe('issuing', () => {
  test('at once answers 201 with the identifier, and the ledger has it', async () => {
    idSystem.behave({ mode: 'synchronous' })
    const reference = newReference()
    const answer = await issue(reference)
    expect(answer.status).toBe(201)
    expect(answer.body).toEqual({
      identifier: idSystem.ledger.issuedFor(reference)[0]
    })
    expect(receiver.received).toEqual([])
  })

  test('later answers 202, and then a signed callback', async () => {
    const reference = newReference()
    const answer = await issue(reference)
    expect(answer).toMatchObject({
      status: 202,
      body: { id: expect.any(String) }
    })
    await idSystem.idle()
    expect(receiver.received).toMatchObject([
      {
        isProven: true,
        body: {
          reference,
          outcome: 'accepted',
          identifier: idSystem.ledger.issuedFor(reference)[0]
        }
      }
    ])
  })

  test('the same key never mints twice, also at once, and gets the same answer', async () => {
    idSystem.behave({ mode: 'synchronous', decideAfterMs: 20 })
    const reference = newReference()
    const answers = await Promise.all([issue(reference), issue(reference)])
    answers.push(await issue(reference))
    expect(new Set(answers.map(({ body }) => body.identifier)).size).toBe(1)
    expect(idSystem.ledger.issuedFor(reference)).toHaveLength(1)
    expect(idSystem.ledger.doneTwice()).toEqual([])
  })

  test('the same key with another body is refused, and nothing is done', async () => {
    idSystem.behave({ mode: 'synchronous' })
    const reference = newReference()
    await issue(reference)
    const answer = await issue(reference, { person: {} })
    expect(answer.status).toBe(400)
    expect(idSystem.ledger.issuedFor(reference)).toHaveLength(1)
  })

  test('without a key it mints each time, and the ledger tells', async () => {
    idSystem.behave({ mode: 'synchronous' })
    const reference = newReference()
    await call('/identities', { reference, person: PERSON })
    await call('/identities', { reference, person: PERSON })
    expect(idSystem.ledger.issuedFor(reference)).toHaveLength(2)
    expect(idSystem.ledger.doneTwice()).toEqual([reference])
  })

  test('refuses by a predicate on the person, in the answer or in the callback', async () => {
    const refusal = { code: 'TOO_OLD', reason: 'Only newborns.' }
    idSystem.behave({
      refuse: ({ person }) => (person.sex === 'female' ? refusal : undefined)
    })
    const reference = newReference()
    expect((await issue(reference)).status).toBe(202)
    await idSystem.idle()
    expect(receiver.received[0]!.body).toEqual({
      reference,
      outcome: 'refused',
      ...refusal
    })
    idSystem.behave({ mode: 'synchronous' })
    expect(await issue(newReference())).toMatchObject({
      status: 422,
      body: refusal
    })
    expect(idSystem.ledger.entries).toEqual([])
  })
})

describe('other work', () => {
  test.each([
    ['/identities/updates', 'updateIdentity'],
    ['/deaths', 'notifyDeath'],
    ['/withdrawals', 'withdraw'],
    ['/deactivations', 'deactivateIdentity']
  ])('%s is done at once and issues nothing', async (path, operation) => {
    const reference = newReference()
    const body = { reference, operation, person: PERSON, identifier: '1' }
    expect((await call(path, body)).status).toBe(200)
    expect(idSystem.ledger.entries).toMatchObject([{ reference, operation }])
    expect(idSystem.ledger.issuedFor(reference)).toEqual([])
    expect(receiver.received).toEqual([])
  })

  test('a body that is no request, or of another operation, is a 400', async () => {
    const reference = newReference()
    expect((await call('/deaths', { person: PERSON })).status).toBe(400)
    expect(
      (await call('/deaths', { reference, operation: 'withdraw' })).status
    ).toBe(400)
    expect(idSystem.ledger.entries).toEqual([])
  })

  test('the status of a request is pending, then decided; unknown is a 404', async () => {
    idSystem.behave({ decideAfterMs: 50 })
    const reference = newReference()
    const { body } = await issue(reference)
    expect((await call(`/requests/${reference}`)).body).toEqual({
      id: body.id,
      reference,
      outcome: 'pending'
    })
    await idSystem.idle()
    expect((await call(`/requests/${reference}`)).body).toMatchObject({
      outcome: 'accepted',
      identifier: expect.any(String)
    })
    expect((await call('/requests/nobody')).status).toBe(404)
  })

  test('verification says yes or no and nothing else', async () => {
    idSystem.behave({ matches: ({ identifier }) => identifier === '77' })
    const ask = (identifier: string) =>
      call('/verifications', { reference: 'v', person: PERSON, identifier })
    expect((await ask('77')).body).toEqual({ match: true })
    expect((await ask('78')).body).toEqual({ match: false })
  })
})

describe('who may call', () => {
  test('nobody without a token; a revoked or ended one is refused', async () => {
    const bare = await fetch(`${idSystem.url}/requests/x`)
    expect(bare.status).toBe(401)
    const given = await token()
    const ask = () =>
      fetch(`${idSystem.url}/requests/x`, {
        headers: { authorization: `Bearer ${given}` }
      })
    expect((await ask()).status).toBe(404)
    idSystem.revokeTokens()
    expect((await ask()).status).toBe(401)
  })

  test('a token ends when it says', async () => {
    let now = Date.now()
    await startWith({ tokenSeconds: 60, clock: { now: () => now } })
    const given = await token()
    const ask = () =>
      fetch(`${idSystem.url}/requests/x`, {
        headers: { authorization: `Bearer ${given}` }
      })
    expect((await ask()).status).toBe(404)
    now += 61_000
    expect((await ask()).status).toBe(401)
  })

  test('an API key is taken where one is set', async () => {
    await startWith({ apiKey: { header: 'X-Api-Key', value: 'k' } })
    const ask = (key: string) =>
      fetch(`${idSystem.url}/requests/x`, { headers: { 'x-api-key': key } })
    expect((await ask('k')).status).toBe(404)
    expect((await ask('j')).status).toBe(401)
  })

  test('client credentials also work in the form, and wrong ones do not', async () => {
    const ask = (clientSecret: string) =>
      fetch(`${idSystem.url}/oauth/token`, {
        method: 'POST',
        body: new URLSearchParams({
          grant_type: 'client_credentials',
          client_id: idSystem.client.clientId,
          client_secret: clientSecret
        })
      })
    expect((await ask(idSystem.client.clientSecret)).status).toBe(200)
    expect((await ask('wrong')).status).toBe(401)
  })
})

describe('callbacks', () => {
  test('are sent again, with the same message id, until they are taken', async () => {
    receiver.next(503, 500)
    await issue(newReference())
    await idSystem.idle()
    expect(receiver.received).toHaveLength(3)
    expect(new Set(receiver.received.map(({ id }) => id)).size).toBe(1)
    expect(idSystem.log.of('callback').map(({ status }) => status)).toEqual([
      503, 500, 204
    ])
  })

  test('come twice when told so', async () => {
    idSystem.behave({ callbacks: { copies: 2 } })
    await issue(newReference())
    await idSystem.idle()
    expect(receiver.received).toHaveLength(2)
    expect(receiver.received[0]).toEqual(receiver.received[1])
  })

  test('come before the 202 when told so', async () => {
    idSystem.behave({ callbacks: { delivery: 'early' } })
    const answer = await issue(newReference())
    expect(answer.status).toBe(202)
    expect(receiver.received).toHaveLength(1)
  })

  test('come late and in another order when held back', async () => {
    idSystem.behave({ callbacks: { delivery: 'hold' } })
    const first = newReference()
    const second = newReference()
    await issue(first)
    await issue(second)
    await idSystem.idle()
    expect(receiver.received).toEqual([])
    expect(idSystem.heldCallbacks).toEqual([first, second])
    await idSystem.releaseCallbacks('newestFirst')
    expect(receiver.received.map(({ body }) => body.reference)).toEqual([
      second,
      first
    ])
    expect(idSystem.heldCallbacks).toEqual([])
  })

  test('get lost when told so, and the status still tells', async () => {
    idSystem.behave({ callbacks: { delivery: 'lose' } })
    const reference = newReference()
    await issue(reference)
    await idSystem.idle()
    expect(receiver.received).toEqual([])
    expect(idSystem.request(reference)?.outcome?.outcome).toBe('accepted')
  })

  test.each(['unsigned', 'wrongSecret', 'tampered', 'oldTimestamp'] as const)(
    'that are forged (%s) prove nothing',
    async (how) => {
      const reference = newReference()
      expect(await idSystem.forgeCallback(reference, how)).toBe(401)
      expect(receiver.received).toMatchObject([
        { isProven: false, body: { reference } }
      ])
    }
  )

  test('can be sent about anything, and replayed byte for byte', async () => {
    const reference = newReference()
    await issue(reference)
    await idSystem.idle()
    await idSystem.replayCallback(reference)
    expect(receiver.received[1]).toEqual(receiver.received[0])
    const late = { outcome: 'refused', code: 'X', reason: 'Y' } as const
    expect(await idSystem.sendCallback(reference, late)).toBe(204)
    expect(receiver.received[2]!.body).toEqual({ reference, ...late })
  })

  test('are signed with both secrets during a rotation', async () => {
    const next = `whsec_${Buffer.from('the next secret').toString('base64')}`
    idSystem.signWith(next, idSystem.callbackSecret)
    await issue(newReference())
    await idSystem.idle()
    expect(receiver.received[0]!.isProven).toBe(true)
    idSystem.signWith(next)
    expect(await idSystem.sendCallback('x', { outcome: 'accepted' })).toBe(401)
  })
})

describe('outages', () => {
  test('503 with Retry-After, and nothing is done', async () => {
    idSystem.faults.add('createIdentity', {
      kind: 'status',
      status: 503,
      retryAfterSeconds: 7
    })
    const reference = newReference()
    const answer = await issue(reference)
    expect(answer.status).toBe(503)
    expect(answer.headers.get('retry-after')).toBe('7')
    expect(idSystem.ledger.entries).toEqual([])
    expect((await issue(reference)).status).toBe(202)
  })

  test('a connection cut after minting: trying again gives the same identity', async () => {
    idSystem.behave({ mode: 'synchronous' })
    idSystem.faults.add('createIdentity', { kind: 'cutAfter' })
    const reference = newReference()
    await expect(issue(reference)).rejects.toThrow()
    const [minted] = idSystem.ledger.issuedFor(reference)
    expect(minted).toBeDefined()
    expect((await issue(reference)).body.identifier).toBe(minted)
    expect(idSystem.ledger.doneTwice()).toEqual([])
  })

  test('a connection cut before: nothing was done', async () => {
    idSystem.faults.add('createIdentity', { kind: 'cut' })
    await expect(issue(newReference())).rejects.toThrow()
    expect(idSystem.ledger.entries).toEqual([])
    expect(idSystem.log.of('createIdentity')[0]!.status).toBe('cut')
  })

  test('a hanging call gets no answer, and stopping ends it', async () => {
    idSystem.faults.add('createIdentity', { kind: 'hang' })
    let isAnswered = false
    const asked = issue(newReference()).finally(() => (isAnswered = true))
    const ended = expect(asked).rejects.toThrow()
    await new Promise((resolve) => setTimeout(resolve, 60))
    expect(isAnswered).toBe(false)
    await idSystem.stop()
    await ended
  })

  test('a slow call is answered in the end', async () => {
    idSystem.faults.add('*', { kind: 'delay', ms: 60 }, 2)
    const before = performance.now()
    expect((await issue(newReference())).status).toBe(202)
    expect(performance.now() - before).toBeGreaterThan(100)
  })

  test('it disappears and comes back on the same port', async () => {
    const { url } = idSystem
    await idSystem.disappear()
    await expect(fetch(`${url}/requests/x`)).rejects.toThrow()
    expect(await idSystem.start()).toBe(url)
    expect((await fetch(`${url}/requests/x`)).status).toBe(401)
  })
})

test('two ID systems in one process know nothing of each other', async () => {
  const other = createIdSystemSimulator()
  await other.start()
  const reference = newReference()
  await issue(reference)
  expect(other.url).not.toBe(idSystem.url)
  expect(other.request(reference)).toBeUndefined()
  await other.stop()
})
