import nock from 'nock'
import { type JsonObject } from 'opencrvs-national-id/opencrvs'
import { fixtureNames, recordedExchange } from './recorded'
import {
  acceptanceOf,
  failureOf,
  GATEWAY,
  recordCannotBeRead,
  recordShows,
  recordWith,
  replay,
  targetOf,
  TOKEN,
  useReplayedCore
} from './replayed-core'

const core = useReplayedCore()

describe('accepting', () => {
  it('sends what the recorded plain call sent, with a transaction id of our own', async () => {
    const exchange = recordedExchange('accept-04-plain-post-minimal.json')
    const sent = replay(exchange)
    const result = await core.accept(acceptanceOf(exchange))
    expect(result).toEqual({
      storedAs: 'Accepted',
      registrationNumber: exchange.input.registrationNumber
    })
    expect(sent[0]?.body).toEqual({
      json: {
        ...exchange.input,
        transactionId: `national-id-accept-${exchange.input.actionId}`
      }
    })
    expect(sent[0]?.headers).toMatchObject({
      'content-type': 'application/json',
      authorization: `Bearer ${TOKEN}`
    })
    expect(sent[0]?.path).not.toContain(TOKEN)
  })

  it.each([
    'accept-01-trpc-batch.json',
    'accept-13-wrong-typed-value.json',
    'accept-15-same-transaction-id-as-request.json',
    'accept-17-with-reexchanged-token.json',
    'accept-18-system-client-exchanged-token.json',
    'accept-19-via-gateway.json',
    'accept-recover-after-500-accept.json'
  ])('is done when the rows show it: %s', async (name) => {
    const exchange = recordedExchange(name)
    replay(exchange)
    expect(await core.accept(acceptanceOf(exchange))).toEqual({
      storedAs: 'Accepted',
      registrationNumber: exchange.input.registrationNumber
    })
  })

  it('tells the number that the record has, when it was accepted before with another', async () => {
    const first = recordedExchange('accept-01-trpc-batch.json')
    const second = recordedExchange('accept-02-second-accept.json')
    replay(second)
    expect(await core.accept(acceptanceOf(second))).toEqual({
      storedAs: 'Accepted',
      registrationNumber: first.input.registrationNumber
    })
  })

  it.each(
    fixtureNames(/^accept-other-.*-accept\.json$/).map((name) => [
      name.slice('accept-other-'.length, -'-accept.json'.length),
      name
    ])
  )('%s has the fields that its procedure needs', async (type, name) => {
    const exchange = recordedExchange(name)
    const sent = replay(exchange)
    const { storedAs } = await core.accept(acceptanceOf(exchange, type))
    expect(storedAs).toBe('Accepted')
    expect(sent[0]?.body).toEqual({
      json: {
        ...exchange.input,
        transactionId: `national-id-accept-${exchange.input.actionId}`
      }
    })
  })

  it('never sends undefined, nor an empty declaration', async () => {
    const exchange = recordedExchange('accept-19-via-gateway.json')
    const sent = replay(exchange)
    // What a mapping written in JavaScript may give.
    const declaration = { 'child.nid': undefined } as unknown as JsonObject
    await core.accept({ ...acceptanceOf(exchange), declaration })
    expect(sent[0]?.body).not.toHaveProperty(['json', 'declaration'])
  })

  it('does not send values with a type that would not bring them into the record', async () => {
    const exchange = recordedExchange('accept-other-ARCHIVE-accept.json')
    const sent = replay(exchange)
    await core.accept({
      ...acceptanceOf(exchange, 'ARCHIVE'),
      declaration: { 'child.nid': '1' },
      annotation: { note: 'x' }
    })
    expect(sent[0]?.body).not.toHaveProperty(['json', 'declaration'])
    expect(sent[0]?.body).toHaveProperty(['json', 'annotation'], { note: 'x' })
  })

  it.each([
    ['REGISTER', {}],
    ['CUSTOM', {}],
    ['APPROVE_CORRECTION', {}],
    ['ARCHIVE', { content: {} }],
    ['REJECT_CORRECTION', { requestId: 'r' }]
  ])(
    '%s is not tried while a field it needs is not known',
    async (actionType, more) => {
      const target = {
        eventId: 'e',
        eventType: 'birth',
        actionId: 'a',
        actionType,
        ...more
      }
      const error = await failureOf(
        core.accept({ target, token: TOKEN, registrationNumber: '' })
      )
      expect(error).toMatchObject({
        code: 'ERR_CONFIRMATION_INCOMPLETE',
        failure: 'permanent'
      })
    }
  )

  it('is not tried for an action that is not confirmed', async () => {
    const target = {
      eventId: 'e',
      eventType: 'birth',
      actionId: 'a',
      actionType: 'READ'
    }
    const error = await failureOf(core.accept({ target, token: TOKEN }))
    expect(error.code).toBe('ERR_CORE_NOT_CONFIRMABLE')
  })
})

describe('a 200 that proves nothing', () => {
  it.each([
    [
      'accept-08-wrong-procedure-declare-for-register.json',
      'ERR_CORE_OTHER_ACTION'
    ],
    [
      'accept-16-transaction-id-reused-across-records.json',
      'ERR_CORE_NOT_STORED'
    ]
  ])('is a permanent failure: %s', async (name, code) => {
    const exchange = recordedExchange(name)
    replay(exchange, 'event.actions.register.accept')
    const error = await failureOf(core.accept(acceptanceOf(exchange)))
    expect(error).toMatchObject({ code, failure: 'permanent' })
  })

  it('is a permanent failure when it is about another record', async () => {
    const exchange = recordedExchange('accept-19-via-gateway.json')
    replay(exchange)
    const target = { ...targetOf(exchange), eventId: 'another' }
    const error = await failureOf(
      core.accept({ ...acceptanceOf(exchange), target })
    )
    expect(error.code).toBe('ERR_CORE_OTHER_ACTION')
  })

  it('shows an earlier rejection', async () => {
    const exchange = recordedExchange('accept-09-reject.json')
    replay(exchange, 'event.actions.register.accept')
    const error = await failureOf(core.accept(acceptanceOf(exchange)))
    expect(error).toMatchObject({
      failure: 'alreadyDone',
      storedAs: 'Rejected'
    })
  })

  it.each([
    ['no JSON', '<html>'],
    ['no envelope', {}],
    ['no event document', { result: { data: { json: { id: 1 } } } }]
  ])('is tried again when it has %s', async (_, body) => {
    const exchange = recordedExchange('accept-19-via-gateway.json')
    nock(GATEWAY).post(`/events/${exchange.procedure}`).reply(200, body)
    const error = await failureOf(core.accept(acceptanceOf(exchange)))
    expect(error).toMatchObject({
      code: 'ERR_CORE_ANSWER',
      failure: 'transient'
    })
  })
})

describe('a 500 to an acceptance', () => {
  const duplicate = () =>
    recordedExchange('accept-14-duplicate-registration-number.json')

  it('is an acceptance all the same when the record shows it', async () => {
    const exchange = duplicate()
    replay(exchange)
    recordShows(recordWith(exchange, 'Accepted'))
    expect(await core.accept(acceptanceOf(exchange))).toEqual({
      storedAs: 'Accepted',
      registrationNumber: exchange.input.registrationNumber
    })
  })

  it('is told apart when nothing was stored, as with a number that is taken', async () => {
    const exchange = duplicate()
    replay(exchange)
    recordShows(recordWith(exchange))
    const error = await failureOf(core.accept(acceptanceOf(exchange)))
    expect(error).toMatchObject({
      failure: 'transient',
      code: 'ERR_CORE_NOT_STORED',
      status: 500,
      retryable: true
    })
  })

  it('is transient when the record cannot be read, as after an unknown field', async () => {
    const exchange = recordedExchange('accept-12-unknown-field-key.json')
    replay(exchange)
    recordCannotBeRead(exchange.input.eventId)
    const error = await failureOf(core.accept(acceptanceOf(exchange)))
    expect(error).toMatchObject({
      failure: 'transient',
      code: 'ERR_CORE_UNAVAILABLE',
      status: 500
    })
  })

  it('shows a rejection that is stored', async () => {
    const exchange = duplicate()
    replay(exchange)
    recordShows(recordWith(exchange, 'Rejected'))
    const error = await failureOf(core.accept(acceptanceOf(exchange)))
    expect(error).toMatchObject({
      failure: 'alreadyDone',
      storedAs: 'Rejected'
    })
  })

  it('is permanent when the record holds no such action', async () => {
    const exchange = duplicate()
    replay(exchange)
    recordShows({ ...recordWith(exchange), actions: [] })
    const error = await failureOf(core.accept(acceptanceOf(exchange)))
    expect(error).toMatchObject({
      failure: 'permanent',
      code: 'ERR_CORE_OTHER_ACTION'
    })
  })
})
