import nock from 'nock'
import { createOpenCrvsCore } from 'opencrvs-national-id/opencrvs'
import { startBrokenServer } from './broken-server'
import { fixtureNames, readFixture, recordedExchange } from './recorded'
import {
  acceptanceOf,
  failureOf,
  GATEWAY,
  replay,
  TOKEN,
  useReplayedCore
} from './replayed-core'

const core = useReplayedCore()

describe('recorded errors', () => {
  it.each([
    [
      'accept-05-envelope-no-content-type.json',
      'permanent',
      'ERR_CORE_REFUSED'
    ],
    [
      'accept-06-error-action-id-not-uuid.json',
      'permanent',
      'ERR_CORE_REFUSED'
    ],
    [
      'accept-06-error-action-not-found.json',
      'permanent',
      'ERR_CORE_NOT_FOUND'
    ],
    [
      'accept-06-error-expired-token.json',
      'unauthorized',
      'ERR_CORE_UNAUTHORIZED'
    ],
    [
      'accept-06-error-garbage-token.json',
      'unauthorized',
      'ERR_CORE_UNAUTHORIZED'
    ],
    [
      'accept-06-error-missing-registration-number.json',
      'permanent',
      'ERR_CORE_REFUSED'
    ],
    [
      'accept-06-error-missing-transaction-id.json',
      'permanent',
      'ERR_CORE_REFUSED'
    ],
    ['accept-06-error-no-token.json', 'unauthorized', 'ERR_CORE_UNAUTHORIZED'],
    [
      'accept-06-error-token-for-another-record.json',
      'permanent',
      'ERR_CORE_FORBIDDEN'
    ],
    [
      'accept-06-error-unknown-procedure.json',
      'permanent',
      'ERR_CORE_NOT_FOUND'
    ],
    [
      'accept-06-error-user-token-not-record-token.json',
      'permanent',
      'ERR_CORE_FORBIDDEN'
    ],
    ['accept-06-error-wrong-action-id.json', 'permanent', 'ERR_CORE_FORBIDDEN'],
    ['accept-06-error-wrong-event-id.json', 'permanent', 'ERR_CORE_FORBIDDEN']
  ])('%s is %s', async (name, failure, code) => {
    const exchange = recordedExchange(name)
    replay(exchange, 'event.actions.register.accept')
    const error = await failureOf(core.accept(acceptanceOf(exchange)))
    expect(error).toMatchObject({
      failure,
      code,
      status: exchange.status,
      retryable: false
    })
  })

  it.each([
    ['accept-06-error-gateway-garbage-token.json'],
    ['accept-06-error-gateway-no-token.json']
  ])("the gateway's own refusal %s is unauthorized", async (name) => {
    const input = { eventId: 'e', actionId: 'a', transactionId: 't' }
    const exchange = { ...recordedExchange(name), input }
    replay(exchange)
    const error = await failureOf(core.accept(acceptanceOf(exchange)))
    expect(error.failure).toBe('unauthorized')
  })

  it('of a missing envelope is permanent', async () => {
    const input = { eventId: 'e', actionId: 'a', transactionId: 't' }
    const { response } = readFixture<{
      response: { status: number; body: unknown }
    }>('accept-05-envelope-no-json-envelope.json')
    const exchange = {
      procedure: 'event.actions.register.accept',
      input,
      headers: {},
      ...response
    }
    replay(exchange)
    const error = await failureOf(core.accept(acceptanceOf(exchange)))
    expect(error.failure).toBe('permanent')
  })

  it('accept-10, an acceptance after a rejection, is already done', async () => {
    const exchange = recordedExchange('accept-10-accept-after-reject.json')
    replay(exchange)
    const error = await failureOf(core.accept(acceptanceOf(exchange)))
    expect(error).toMatchObject({
      failure: 'alreadyDone',
      storedAs: 'Rejected',
      code: 'ERR_CORE_ALREADY_REJECTED'
    })
  })

  it('name the input that core complains about, and nothing else of its text', async () => {
    const exchange = recordedExchange(
      'accept-06-error-missing-registration-number.json'
    )
    replay(exchange)
    const error = await failureOf(core.accept(acceptanceOf(exchange)))
    expect(error.message).toContain('naming registrationNumber')
    expect(error.message).not.toContain('expected string')
  })

  it('repeat no name that is not one of the inputs', async () => {
    const exchange = recordedExchange(
      'accept-06-error-missing-registration-number.json'
    )
    const message = JSON.stringify([{ path: ['Mira'] }, { path: ['content'] }])
    replay({ ...exchange, body: { error: { json: { message } } } })
    const error = await failureOf(core.accept(acceptanceOf(exchange)))
    expect(error.message).toContain('naming content.')
    expect(error.message).not.toContain('Mira')
  })

  it('are all replayed here', () => {
    expect(fixtureNames(/^accept-06-error-/)).toHaveLength(14)
  })
})

describe('faults on the way', () => {
  const exchange = recordedExchange('accept-19-via-gateway.json')
  const request = () => nock(GATEWAY).post(`/events/${exchange.procedure}`)

  it.each([408, 429, 502, 503, 504])('%i is transient', async (status) => {
    request().reply(status, 'busy', { 'retry-after': '7' })
    const error = await failureOf(core.accept(acceptanceOf(exchange)))
    expect(error).toMatchObject({
      failure: 'transient',
      status,
      retryAfterMs: 7_000
    })
  })

  it.each([301, 409, 413])('%i is permanent', async (status) => {
    request().reply(status, '', { location: 'http://elsewhere.test/' })
    const error = await failureOf(core.accept(acceptanceOf(exchange)))
    expect(error).toMatchObject({ failure: 'permanent', status })
  })

  it('a connection that breaks, or that nobody takes, is transient', async () => {
    const server = await startBrokenServer()
    const broken = createOpenCrvsCore({
      gatewayUrl: server.url,
      authUrl: server.url
    })
    const cut = await failureOf(broken.accept(acceptanceOf(exchange)))
    await server.close()
    const refused = await failureOf(broken.accept(acceptanceOf(exchange)))
    for (const error of [cut, refused]) {
      expect(error).toMatchObject({
        failure: 'transient',
        code: 'ERR_CORE_UNREACHABLE'
      })
      expect(error.cause).toBeUndefined()
    }
    broken.close()
  })

  it('an answer that does not come in time is transient', async () => {
    request().delay(500).reply(200, {})
    const hasty = createOpenCrvsCore({
      gatewayUrl: GATEWAY,
      authUrl: 'http://auth.test',
      timeoutMs: 50
    })
    const error = await failureOf(hasty.accept(acceptanceOf(exchange)))
    expect(error).toMatchObject({
      failure: 'transient',
      code: 'ERR_CORE_TIMEOUT'
    })
    hasty.close()
  })

  it('are told without the token and without a value', async () => {
    request().reply(418, { secret: TOKEN })
    const error = await failureOf(
      core.accept({
        ...acceptanceOf(exchange),
        declaration: { 'child.nid': '9000000042' }
      })
    )
    expect(error.message).not.toContain(TOKEN)
    expect(error.message).not.toContain('9000000042')
    expect(error.cause).toBeUndefined()
  })
})
