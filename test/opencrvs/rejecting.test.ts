import nock from 'nock'
import { createOpenCrvsCore } from 'opencrvs-national-id/opencrvs'
import { eventIn, recordedExchange } from './recorded'
import {
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

describe('rejecting', () => {
  it.each([
    ['accept-09-reject.json', 'REGISTER'],
    ['accept-11-second-reject.json', 'REGISTER'],
    ['accept-recover-after-500-reject.json', 'REGISTER'],
    ['accept-other-DECLARE-reject.json', 'DECLARE'],
    ['accept-other-NOTIFY-reject.json', 'NOTIFY'],
    ['accept-other-EDIT-reject.json', 'EDIT'],
    ['accept-other-ARCHIVE-reject.json', 'ARCHIVE'],
    ['accept-other-CUSTOM-reject.json', 'CUSTOM'],
    ['accept-other-PRINT_CERTIFICATE-reject.json', 'PRINT_CERTIFICATE'],
    ['accept-other-REQUEST_CORRECTION-reject.json', 'REQUEST_CORRECTION']
  ])('is done when the rows show it: %s', async (name, actionType) => {
    const exchange = recordedExchange(name)
    const sent = replay(exchange)
    const result = await core.reject({
      target: targetOf(exchange, actionType),
      token: TOKEN
    })
    expect(result).toEqual({ storedAs: 'Rejected' })
    expect(core.canRejectLater(actionType)).toBe(true)
    expect(sent[0]?.body).toEqual({
      json: {
        eventId: exchange.input.eventId,
        actionId: exchange.input.actionId,
        transactionId: `national-id-reject-${exchange.input.actionId}`
      }
    })
  })

  it('after an acceptance is already done: core says 500, the record says why', async () => {
    const exchange = recordedExchange('accept-03-reject-after-accept.json')
    replay(exchange)
    recordShows(eventIn(recordedExchange('accept-01-trpc-batch.json').body))
    const error = await failureOf(
      core.reject({ target: targetOf(exchange), token: TOKEN })
    )
    expect(error).toMatchObject({
      failure: 'alreadyDone',
      storedAs: 'Accepted'
    })
  })

  it('is tried again when core fails and nothing is stored', async () => {
    const exchange = recordedExchange('accept-03-reject-after-accept.json')
    replay(exchange)
    recordShows(recordWith(exchange))
    const error = await failureOf(
      core.reject({ target: targetOf(exchange), token: TOKEN })
    )
    expect(error.failure).toBe('transient')
  })

  it('is permanent for an action that core does not know, to which it says 500', async () => {
    const exchange = recordedExchange('accept-03-reject-after-accept.json')
    replay(exchange)
    recordShows({ ...recordWith(exchange), actions: [] })
    const error = await failureOf(
      core.reject({ target: targetOf(exchange), token: TOKEN })
    )
    expect(error.failure).toBe('permanent')
  })

  it.each(['APPROVE_CORRECTION', 'REJECT_CORRECTION', 'REJECT'])(
    '%s cannot be done after a 202, which is permanent',
    async (actionType) => {
      const exchange = recordedExchange(
        `accept-other-${actionType}-reject.json`
      )
      const target = targetOf(exchange, actionType)
      replay(exchange)
      recordShows(recordWith(exchange, undefined, actionType))
      const unanswered = await failureOf(core.reject({ target, token: TOKEN }))
      replay(exchange)
      recordCannotBeRead(target.eventId, 403)
      const unreadable = await failureOf(core.reject({ target, token: TOKEN }))
      for (const error of [unanswered, unreadable]) {
        expect(error).toMatchObject({
          failure: 'permanent',
          code: 'ERR_CORE_CANNOT_REJECT'
        })
      }
      expect(core.canRejectLater(actionType)).toBe(false)
    }
  )

  it('of a correction that our 400 rejected is done', async () => {
    const exchange = recordedExchange('accept-other-REJECT-reject.json')
    replay(exchange)
    recordShows(recordWith(exchange, 'Rejected', 'REJECT'))
    const result = await core.reject({
      target: targetOf(exchange, 'REJECT'),
      token: TOKEN
    })
    expect(result).toEqual({ storedAs: 'Rejected' })
  })
})

describe('reading an action', () => {
  const exchange = recordedExchange('accept-19-via-gateway.json')
  const target = targetOf(exchange)

  it('shows that it waits, or how it was answered', async () => {
    for (const answer of [undefined, 'Accepted', 'Rejected'] as const) {
      recordShows(recordWith(exchange, answer))
      const { storedAs } = await core.readAction(target, TOKEN)
      expect(storedAs).toBe(answer ?? 'Requested')
    }
  })

  it('takes the envelope of the other route too', async () => {
    nock(GATEWAY)
      .get(`/events/events/${target.eventId}`)
      .matchHeader('authorization', `Bearer ${TOKEN}`)
      .reply(200, {
        result: { data: { json: recordWith(exchange, 'Accepted') } }
      })
    expect(await core.readAction(target, TOKEN)).toMatchObject({
      storedAs: 'Accepted'
    })
  })

  it('goes by the later of two acceptances, whatever was rejected', async () => {
    const event = recordWith(exchange, 'Rejected')
    const accepted = (registrationNumber: string) => ({
      id: registrationNumber,
      type: 'REGISTER',
      status: 'Accepted',
      originalActionId: target.actionId,
      registrationNumber
    })
    event.actions.unshift(accepted('RN-1'), accepted('RN-2'))
    recordShows(event)
    expect(await core.readAction(target, TOKEN)).toEqual({
      storedAs: 'Accepted',
      registrationNumber: 'RN-2'
    })
  })
})

describe('releases of OpenCRVS', () => {
  const old = createOpenCrvsCore({
    gatewayUrl: GATEWAY,
    authUrl: 'http://auth.test',
    version: '1.9'
  })
  afterAll(() => old.close())

  it('differ in what a correction takes along', () => {
    expect(core.takesValues('APPROVE_CORRECTION')).toBe(true)
    expect(old.takesValues('APPROVE_CORRECTION')).toBe(false)
  })

  it('differ in the actions they confirm', () => {
    const types = ['VALIDATE', 'EDIT', 'CUSTOM', 'REGISTER', 'READ']
    expect(types.map((type) => core.canRejectLater(type))).toEqual([
      false,
      true,
      true,
      true,
      false
    ])
    expect(types.map((type) => old.canRejectLater(type))).toEqual([
      true,
      false,
      false,
      true,
      false
    ])
  })

  it('take values where they reach the record', () => {
    const types = ['REGISTER', 'REQUEST_CORRECTION', 'PRINT_CERTIFICATE', 'X']
    expect(types.map((type) => core.takesValues(type))).toEqual([
      true,
      false,
      false,
      false
    ])
  })
})
