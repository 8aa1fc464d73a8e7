import { mosip, type MosipOptions } from '../../../src/systems/mosip'
import { createTokenSource } from '../../../src/systems/mosip/auth-manager'
import { createConnection } from '../../../src/internal/peer-connection'
import { intentRoutes } from '../../../src/systems/mosip/intent-check'
import { withDefaults } from '../../../src/systems/mosip/option-issues'
import {
  createSubscriptions,
  type Subscriptions
} from '../../../src/systems/mosip/subscription'
import { systemClock } from '../../../src/internal/clock'
import { json, openLoopback, type Loopback } from '../http/loopback'
import {
  TOKEN_PATH,
  CALLBACK_URL,
  WEBSUB,
  fixture,
  mosipOptions,
  type Loose
} from './made'

const TOPIC = 'crvs-partner/CREDENTIAL_ISSUED'
const PACE = { firstAfter: 0, fastest: 20, slowest: 100, checkWithin: 50 }

type Line = { level: string; fields: Loose; message: string }

let lines: Line[]
let server: Loopback
let subscriptions: Subscriptions | undefined
/** What the hub does with a subscription. */
let hub: (form: URLSearchParams) => [status: number, text: string]

beforeEach(async () => {
  lines = []
  hub = () => [202, '']
  server = await openLoopback(({ body, path }, response) => {
    if (path === TOKEN_PATH) {
      response.setHeader('set-cookie', 'Authorization=hub-token; Path=/')
      json(response, 200, { response: { status: 'Success' }, errors: null })
      return
    }
    const [status, text] = hub(new URLSearchParams(body))
    response.writeHead(status)
    response.end(text)
  })
})

afterEach(async () => {
  await subscriptions?.stop()
  subscriptions = undefined
  await server.close()
})

function log(level: string) {
  return (fields: object, message: string) => {
    lines.push({ level, fields, message })
  }
}

const logger = {
  debug: log('debug'),
  info: log('info'),
  warn: log('warn'),
  error: log('error')
}

function open(websub: Partial<NonNullable<MosipOptions['websub']>> = {}) {
  const options = withDefaults(
    mosipOptions({
      websub: { ...WEBSUB, hubUrl: `${server.url}/hub`, ...websub }
    })
  )
  const connection = createConnection(undefined)
  const about = { system: 'mosip', connection, clock: systemClock }
  subscriptions = createSubscriptions(
    {
      ...about,
      websub: options.websub!,
      callbackUrl: CALLBACK_URL,
      tokens: createTokenSource(options.websub!.client, {
        ...about,
        timeoutMs: 1_000,
        url: `${server.url}${TOKEN_PATH}`,
        option: 'websub.client'
      }),
      timeoutMs: 1_000,
      renewEveryMs: 40
    },
    [TOPIC],
    { system: 'mosip', logger },
    PACE
  )
  subscriptions.start()
  return subscriptions
}

function asked(): Loopback['received'] {
  return server.received.filter(({ path }) => path === '/hub')
}

async function until(condition: () => boolean): Promise<void> {
  const end = performance.now() + 5_000
  while (!condition()) {
    if (performance.now() > end) throw new Error('never happened')
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}

/** The hub's check, as it reaches the route. */
function check(query: Record<string, string>, acceptBare = false) {
  const [route] = intentRoutes(subscriptions!, acceptBare)
  return route!.handle({
    method: 'GET',
    headers: {},
    query,
    params: {},
    rawBody: Buffer.alloc(0)
  })
}

const INTENT = {
  'hub.mode': 'subscribe',
  'hub.topic': TOPIC,
  'hub.challenge': '3923c7bf-f008-461f-a368-aaa996b82034'
}

describe('a subscription', () => {
  it('is asked for as recorded, with the token in both headers', async () => {
    open()
    await until(() => asked().length > 0)
    const then = fixture(
      'websub-subscribe/02-mosip-api-to-mosip-post-hub.json'
    ).request
    const { body, headers } = asked()[0]!
    // Topic, callback and secret are this country's own.
    expect(Object.fromEntries(new URLSearchParams(body))).toEqual({
      'hub.mode': then.body['hub.mode'],
      'hub.topic': TOPIC,
      'hub.callback': CALLBACK_URL,
      'hub.secret': WEBSUB.secrets
    })
    expect(Object.keys(then.body).sort()).toEqual(
      [...new URLSearchParams(body).keys()].sort()
    )
    expect(headers['content-type']).toBe(then.headers['content-type'])
    expect(headers.authorization).toBe('hub-token')
    expect(headers.cookie).toBe('Authorization=hub-token')
  })

  it('stands once the hub has checked it', async () => {
    const { state } = open()
    await until(() => state(TOPIC) === 'asked' && asked().length > 0)
    expect(await check(INTENT)).toMatchObject({
      status: 200,
      body: INTENT['hub.challenge'],
      headers: { 'content-type': 'text/plain; charset=utf-8' }
    })
    expect(state(TOPIC)).toBe('active')
  })

  it('that the hub has already stands too, by either way of saying so', async () => {
    const first = open()
    await until(() => asked().length > 0)
    await check({
      'hub.mode': 'denied',
      'hub.topic': TOPIC,
      'hub.reason': 'Subscriber has already registered with the Hub'
    })
    expect(first.state(TOPIC)).toBe('active')
    await first.stop()
    hub = () => [400, 'already registered']
    const second = open()
    await until(() => second.state(TOPIC) === 'active')
  })

  it('is asked for again while it stands, since a hub forgets who failed', async () => {
    hub = () => [400, 'already registered']
    const { state } = open()
    await until(() => asked().length > 3)
    expect(state(TOPIC)).toBe('active')
    expect(lines.filter(({ level }) => level !== 'info')).toEqual([])
  })

  it('is asked for until the hub is there, and stops nothing meanwhile', async () => {
    hub = () => [500, 'down']
    const { state } = open()
    await until(() => asked().length > 2 && state(TOPIC) === 'failing')
    hub = () => [202, '']
    await until(() => state(TOPIC) === 'asked')
    await check(INTENT)
    expect(state(TOPIC)).toBe('active')
    // One line for each change, however often it was tried.
    expect(lines.map(({ level, fields }) => [level, fields.reason])).toEqual(
      expect.arrayContaining([
        ['warn', 'ERR_SYSTEM_FAILED'],
        ['info', undefined]
      ])
    )
    expect(JSON.stringify(lines)).not.toMatch(/hub secret|websub-secret/)
  })

  it('that the hub denies is told with its reason, and asked for later', async () => {
    const { state } = open()
    await until(() => asked().length > 0)
    await check({
      'hub.mode': 'denied',
      'hub.topic': TOPIC,
      'hub.reason': 'no\nrole'
    })
    expect(state(TOPIC)).toBe('denied')
    expect(lines.at(-1)).toMatchObject({
      level: 'warn',
      fields: { topic: TOPIC, reason: 'no role' }
    })
    const before = asked().length
    await until(() => asked().length > before)
  })

  it('fetches a fresh token where the hub refuses the old one', async () => {
    hub = () => (asked().length === 1 ? [401, ''] : [202, ''])
    open()
    await until(() => asked().length > 1)
    const fetched = server.received.filter(({ path }) => path === TOKEN_PATH)
    expect(fetched.length).toBeGreaterThan(1)
  })
})

describe('the hub’s check', () => {
  beforeEach(async () => {
    open()
    await until(() => asked().length > 0)
  })

  it.each<[string, Record<string, string>]>([
    ['of an unsubscription', { ...INTENT, 'hub.mode': 'unsubscribe' }],
    ['of a foreign topic', { ...INTENT, 'hub.topic': 'x/CREDENTIAL_ISSUED' }],
    ['without a challenge', { 'hub.mode': 'subscribe', 'hub.topic': TOPIC }],
    ['with a page for a challenge', { ...INTENT, 'hub.challenge': '<b> </b>' }],
    ['that says nothing else', { 'hub.challenge': 'abc' }]
  ])('is not confirmed %s', async (_what, query) => {
    const answer = await check(query)
    expect(answer.status).toBe(404)
    expect(answer.body).toBeUndefined()
    expect(subscriptions?.state(TOPIC)).not.toBe('active')
  })

  it('as the mock makes it is confirmed by that option alone', async () => {
    const bare = fixture(
      'websub-subscribe/03-mosip-hub-to-mosip-api-get-callback.json'
    )
    const query = Object.fromEntries(
      new URL(bare.request.path, 'http://x').searchParams
    )
    expect(await check(query, true)).toMatchObject({
      status: 200,
      body: bare.response.body
    })
    expect(subscriptions?.state(TOPIC)).toBe('active')
  })

  it('that denies a topic which is not ours changes nothing', async () => {
    await check({ 'hub.mode': 'denied', 'hub.topic': 'x', 'hub.reason': 'no' })
    expect(subscriptions?.state(TOPIC)).toBe('asked')
  })
})

it('never fails the start, and ends with the server', async () => {
  const system = mosip(
    mosipOptions({
      baseUrl: 'http://127.0.0.1:1',
      websub: { ...WEBSUB, hubUrl: 'http://127.0.0.1:1/hub' }
    })
  ).create({ clock: systemClock, logger, callbackUrl: CALLBACK_URL })
  await system.start?.()
  await system.stop?.()
})
