import nock from 'nock'
import {
  createOpenCrvsCore,
  OpenCrvsError
} from 'opencrvs-national-id/opencrvs'
import { heldClock } from './issued-tokens'

const GATEWAY = 'http://gateway.test:7070'

beforeAll(() => {
  nock.disableNetConnect()
  nock.enableNetConnect('127.0.0.1')
})
afterEach(() => {
  expect(nock.pendingMocks()).toEqual([])
  nock.cleanAll()
})
afterAll(() => nock.restore())

function newCore() {
  const clock = heldClock()
  return {
    clock,
    core: createOpenCrvsCore({
      gatewayUrl: GATEWAY,
      authUrl: 'http://auth.test',
      clock
    })
  }
}

function eventConfig(id: string, pages: string[][]): object {
  return {
    id,
    declaration: {
      pages: pages.map((fields) => ({
        fields: fields.map((field) => ({ id: field, type: 'TEXT' }))
      }))
    }
  }
}

function configRequest(): nock.Interceptor {
  return nock(GATEWAY)
    .get('/events/event.config.get')
    .matchHeader('authorization', 'Bearer the-token')
}

const configured = {
  result: {
    data: {
      json: [
        eventConfig('birth', [['child.name', 'child.nid'], ['mother.nid']]),
        eventConfig('death', [['deceased.nid']])
      ]
    }
  }
}

describe('the fields of an event', () => {
  it('are those of all pages of its declaration', async () => {
    configRequest().reply(200, configured)
    const fields = await newCore().core.declarationFieldIds(
      'birth',
      'the-token'
    )
    expect([...fields]).toEqual(['child.name', 'child.nid', 'mother.nid'])
  })

  it('are asked for once, for all events, and again after ten minutes', async () => {
    const { clock, core } = newCore()
    configRequest().reply(200, configured)
    await Promise.all([
      core.declarationFieldIds('birth', 'the-token'),
      core.declarationFieldIds('death', 'the-token')
    ])
    clock.advance(599_999)
    await core.declarationFieldIds('birth', 'the-token')
    clock.advance(1)
    configRequest().reply(200, {
      result: { data: { json: [eventConfig('birth', [['new']])] } }
    })
    const fields = await core.declarationFieldIds('birth', 'the-token')
    expect([...fields]).toEqual(['new'])
  })

  it('of an event that core does not have cannot be told', async () => {
    configRequest().reply(200, configured)
    await expect(
      newCore().core.declarationFieldIds('marriage', 'the-token')
    ).rejects.toMatchObject({
      failure: 'permanent',
      code: 'ERR_CORE_EVENT_TYPE'
    })
  })

  it.each([
    ['no envelope', []],
    ['no list', { result: { data: { json: {} } } }],
    ['an event without id', { result: { data: { json: [{}] } } }],
    [
      'an event without pages',
      { result: { data: { json: [{ id: 'birth' }] } } }
    ]
  ])('are not guessed from %s, and are asked for again', async (_, body) => {
    const { core } = newCore()
    configRequest().reply(200, body)
    const error: unknown = await core
      .declarationFieldIds('birth', 'the-token')
      .catch((reason: unknown) => reason)
    expect(error).toBeInstanceOf(OpenCrvsError)
    expect(error).toMatchObject({
      failure: 'transient',
      code: 'ERR_CORE_ANSWER'
    })
    configRequest().reply(200, configured)
    const fields = await core.declarationFieldIds('death', 'the-token')
    expect(fields.has('deceased.nid')).toBe(true)
  })
})
