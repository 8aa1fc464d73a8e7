import jwt from 'jsonwebtoken'
import nock from 'nock'
import type { SystemRequest } from '../../../src/domain/delivery'
import { mosip } from '../../../src/systems/mosip'
import type {
  CallbackMessage,
  InboundRequest,
  NationalIdSystem
} from '../../../src/systems/system'
import { callContext } from '../contract'
import { TestClock, failureOf, fixture, type Loose } from './made'
import { birthRequest, guardNetwork } from './services'
import {
  API_URL,
  OTHER_KEY,
  SIGNING_KEY,
  apiOptions,
  apiSystem,
  calling,
  claimsIn
} from './via-mosip-api'

guardNetwork()

/** The token that mosip-api gets with a request. */
async function tokenFor(
  system: NationalIdSystem,
  request: SystemRequest = birthRequest()
): Promise<string> {
  let token = ''
  nock(API_URL)
    .post(/events/)
    .reply(function () {
      token = String(this.req.headers.authorization).slice('Bearer '.length)
      return [202, {}]
    })
  await system.submit(request, callContext())
  return token
}

/** A recorded acceptance, about our delivery. */
function acceptance(token: string, changes: object = {}, event = 'birth/07') {
  const { request } = fixture(
    `${event}-mosip-api-to-opencrvs-gateway-post-event.actions.register.accept.json`
  )
  const batch: Loose = request.body
  const { actionId, eventId } = claimsIn(token)
  Object.assign(batch['0'].json, { actionId, eventId }, changes)
  return calling(token, batch)
}

async function read(
  system: NationalIdSystem,
  request: InboundRequest
): Promise<CallbackMessage[]> {
  const [route] = system.callbackRoutes ?? []
  return route?.read(request) ?? []
}

describe('what mosip-api tells core', () => {
  it('is an answer about the delivery whose token comes with it', async () => {
    const system = apiSystem()
    const token = await tokenFor(system)
    const [message] = await read(system, acceptance(token))
    expect(message).toEqual({
      messageId: 'mosip-interop-8a67f8f0-e31b-457b-a59c-aca0d100421a',
      reference: birthRequest().reference,
      answer: { outcome: 'accepted', identifier: '8369851320' },
      registrationNumber: '2026B0000001',
      onlyFor: ['createIdentity'],
      ifUnusable: 'drop'
    })
  })

  it('has no number where the credential had none, so that nobody can take it for one', async () => {
    const system = apiSystem()
    const token = await tokenFor(system)
    const [message] = await read(system, acceptance(token, {}, 'death/06'))
    expect(message?.answer).toEqual({ outcome: 'accepted' })
  })

  it('is believed with a key that was replaced, and not with one that never was ours', async () => {
    const token = await tokenFor(apiSystem())
    const replaced = apiSystem({ signingKeys: [OTHER_KEY, SIGNING_KEY] })
    expect(await read(replaced, acceptance(token))).toHaveLength(1)
    const foreign = apiSystem({ signingKeys: OTHER_KEY })
    const error = await failureOf(read(foreign, acceptance(token)))
    expect(error).toMatchObject({ code: 'ERR_CALLBACK_SENDER', status: 401 })
  })

  it('is believed for half a year, since MOSIP may take that long', async () => {
    const clock = new TestClock()
    const system = apiSystem({}, clock)
    const token = await tokenFor(system)
    clock.at += 179 * 24 * 60 * 60 * 1000
    expect(await read(system, acceptance(token))).toHaveLength(1)
    clock.at += 2 * 24 * 60 * 60 * 1000
    const error = await failureOf(read(system, acceptance(token)))
    expect(error).toMatchObject({ code: 'ERR_CALLBACK_SENDER' })
  })

  it('is not believed with the token of a verification, none, or one without a signature', async () => {
    const system = apiSystem()
    const token = await tokenFor(system)
    const claims = claimsIn(token)
    const forged = jwt.sign(claims, '', { algorithm: 'none' })
    let verifying = ''
    nock(API_URL)
      .post('/verify')
      .reply(function () {
        verifying = String(this.req.headers.authorization).slice(7)
        return [200, 'verified']
      })
    const { dateOfBirth, name } = birthRequest().person
    await system.verify?.(
      {
        reference: 'v',
        identifier: '1',
        person: {
          attributes: {},
          ...(name === undefined ? {} : { name }),
          ...(dateOfBirth === undefined ? {} : { dateOfBirth })
        }
      },
      callContext()
    )
    const good = acceptance(token)
    for (const authorization of [
      undefined,
      'Bearer',
      `Bearer ${forged}`,
      `Bearer ${verifying}`
    ]) {
      const error = await failureOf(
        read(system, { ...good, headers: { authorization } })
      )
      expect(error).toMatchObject({ code: 'ERR_CALLBACK_SENDER' })
    }
  })

  it.each([
    ['another record', { eventId: 'b0a0c0d0-0000-4000-8000-000000000000' }],
    ['another delivery', { actionId: 'b0a0c0d0-0000-4000-8000-000000000000' }],
    ['no transaction', { transactionId: '' }]
  ])('is refused when it is about %s', async (_what, changes) => {
    const system = apiSystem()
    const token = await tokenFor(system)
    const error = await failureOf(read(system, acceptance(token, changes)))
    expect(error).toMatchObject({ code: 'ERR_CALLBACK_BODY' })
  })

  it.each([
    ['no JSON', Buffer.from('{')],
    ['no batch', Buffer.from('[]')],
    ['a huge one', Buffer.alloc(70_000, ' ')]
  ])('is refused when it is %s', async (_what, rawBody) => {
    const system = apiSystem()
    const token = await tokenFor(system)
    const error = await failureOf(read(system, { ...calling(token), rawBody }))
    expect(error).toMatchObject({ code: 'ERR_CALLBACK_BODY' })
  })

  it('is not listened to where only people are compared', () => {
    const { createIdentity: _c, notifyDeath: _n, ...rest } = apiOptions()
    const system = mosip(rest).create({ clock: new TestClock() })
    expect(system.callbackRoutes).toEqual([])
    expect(system.routes?.map(({ path }) => path)).toEqual([
      '/mosip-api/public-key'
    ])
  })

  it('is answered as core answers it', () => {
    const answers = apiSystem().callbackRoutes?.map((route) => route.answer())
    expect(answers?.map(({ body }) => JSON.parse(body))).toEqual([
      [{ result: { data: { json: {} } } }],
      [{ result: { data: { json: {} } } }]
    ])
  })
})

describe('the event that releases of 2026 look up first', () => {
  it.each([
    ['createIdentity', 'birth'],
    ['notifyDeath', 'death']
  ] as const)(
    'shows for %s one registration that waits, and nobody',
    async (operation, type) => {
      const system = apiSystem()
      const request = birthRequest({ operation, identifier: '1234567892' })
      const token = await tokenFor(system, request)
      const route = system.routes?.find(({ path }) =>
        path.endsWith('event.get')
      )
      const answer = await route?.handle({
        ...calling(token),
        method: 'GET'
      })
      const [{ result }]: Loose = JSON.parse(String(answer?.body))
      expect(result.data.json).toEqual({
        id: request.event.id,
        type,
        actions: [
          { id: request.reference, type: 'REGISTER', status: 'Requested' }
        ]
      })
    }
  )

  it('is not shown to strangers', async () => {
    const route = apiSystem().routes?.find(({ path }) =>
      path.endsWith('event.get')
    )
    const error = await failureOf(
      Promise.resolve(route?.handle(calling('not.a.token')))
    )
    expect(error).toMatchObject({ code: 'ERR_CALLBACK_SENDER' })
  })
})
