import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import type { OsiaOptions } from '../../../src/systems/osia'
import type { NationalIdSystem } from '../../../src/systems/system'
import { callContext } from '../contract'
import { failureOf, TestClock } from '../http/made'
import { json, openLoopback, type Loopback } from '../http/loopback'
import { newborn, osiaSystem } from './made'

const CLIENT = {
  type: 'oauth2',
  clientId: 'civil:registry',
  clientSecret: 'a secret/with+signs'
} as const

/** A register and its token endpoint at one address. */
async function open(expiresIn: unknown = 3600) {
  let count = 0
  let refused = ''
  const server = await openLoopback(({ headers, path }, response) => {
    if (path === '/token') {
      count += 1
      json(response, 200, {
        access_token: `t${count}`,
        token_type: 'bearer',
        expires_in: expiresIn
      })
      return
    }
    if (headers.authorization === refused) response.writeHead(401).end()
    else json(response, 200, '1235567890')
  })
  return {
    ...server,
    refuse: (authorization: string) => (refused = authorization),
    tokens: () => server.received.filter(({ path }) => path === '/token'),
    calls: () => server.received.filter(({ path }) => path !== '/token')
  }
}

describe('how osia() connects', () => {
  let server: Loopback | undefined
  let system: NationalIdSystem | undefined
  const clock = new TestClock()

  afterEach(async () => {
    await system?.stop?.()
    await server?.close()
  })

  function made(
    url: string,
    options: Partial<OsiaOptions> = {},
    authentication = {}
  ): NationalIdSystem {
    system = osiaSystem(
      url,
      {
        authentication: {
          ...CLIENT,
          tokenUrl: `${url}/token`,
          ...authentication
        },
        ...options
      },
      clock
    )
    return system
  }

  it('asks for exactly the scopes that the configuration needs', async () => {
    const opened = await open()
    server = opened
    await made(opened.url, {
      duplicates: {},
      verify: { by: 'match' },
      mode: 'pull'
    })
      .submit(newborn(), callContext())
      .catch(() => undefined)
    const body = new URLSearchParams(opened.tokens()[0]?.body)
    expect(body.get('grant_type')).toBe('client_credentials')
    expect(body.get('scope')?.split(' ').sort()).toEqual([
      'notif.topic.publish',
      'notif.topic.read',
      'notif.topic.write',
      'pr.person.match',
      'pr.person.read',
      'uin.generate'
    ])
    expect(opened.tokens()[0]?.headers.authorization).toBe(
      `Basic ${Buffer.from('civil%3Aregistry:a+secret%2Fwith%2Bsigns').toString('base64')}`
    )
  })

  it('can name its scopes and put its secret into the body', async () => {
    const opened = await open()
    server = opened
    await made(
      opened.url,
      {},
      { scope: 'one', sendCredentialsIn: 'body' }
    ).submit(newborn(), callContext())
    expect([...new URLSearchParams(opened.tokens()[0]?.body)]).toEqual([
      ['grant_type', 'client_credentials'],
      ['scope', 'one'],
      ['client_id', 'civil:registry'],
      ['client_secret', 'a secret/with+signs']
    ])
  })

  it('keeps a token until it nearly ends, for all calls that wait', async () => {
    const opened = await open()
    server = opened
    const here = made(opened.url)
    const call = () => here.submit(newborn(), callContext())
    await Promise.all([call(), call(), call()])
    clock.at += 3_500_000
    await call()
    expect(opened.tokens()).toHaveLength(1)
    // Half a minute before its end it is too old for a call that takes long.
    clock.at += 75_000
    await call()
    expect(opened.tokens()).toHaveLength(2)
  })

  it('renews a token that is refused, once', async () => {
    const opened = await open()
    server = opened
    const here = made(opened.url)
    opened.refuse('Bearer t1')
    await here.submit(newborn(), callContext())
    expect(opened.calls().map(({ headers }) => headers.authorization)).toEqual([
      'Bearer t1',
      'Bearer t2'
    ])
    opened.refuse('Bearer t2')
    await here.submit(newborn(), callContext())
    expect(opened.tokens()).toHaveLength(3)
  })

  it('waits for somebody to correct credentials that are refused, and tells none of them', async () => {
    server = await openLoopback(({ path }, response) => {
      if (path === '/token') json(response, 401, { error: 'invalid_client' })
      else response.writeHead(500).end()
    })
    const failure = await failureOf(
      made(server.url).submit(newborn(), callContext())
    )
    expect(failure).toMatchObject({
      code: 'ERR_SYSTEM_TOKEN',
      systemCode: 'invalid_client',
      retryable: true,
      outcomeUnknown: false
    })
    expect(String(failure)).not.toMatch(/secret\/with|civil:/)
    expect(server.received).toHaveLength(1)
  })

  it('sends headers of a security server, and others to one interface alone', async () => {
    const opened = await open()
    server = opened
    await made(opened.url, {
      headers: { 'X-Road-Client': 'TEST/GOV/1/crvs' },
      interfaceHeaders: {
        uin: { 'X-Road-Service': 'uin' },
        dataAccess: { 'X-Road-Service': 'data' }
      },
      urls: { uin: `${opened.url}/r1/TEST/GOV/2/uin/` }
    }).submit(newborn(), callContext())
    const [call] = opened.calls()
    expect(call?.path).toMatch(/^\/r1\/TEST\/GOV\/2\/uin\/v1\/uin\?/)
    expect(call?.headers).toMatchObject({
      'x-road-client': 'TEST/GOV/1/crvs',
      'x-road-service': 'uin'
    })
    expect(opened.tokens()[0]?.headers['x-road-client']).toBeUndefined()
  })

  it('shows its client certificate, and trusts the authority that is named', async () => {
    const certificate = (name: string) =>
      readFileSync(resolve(__dirname, '../http/certificates', name), 'utf8')
    let shown = false
    server = await openLoopback(
      ({ request }, response) => {
        // Only a TLS server's socket has it.
        const { socket } = request as unknown as {
          socket: { authorized?: boolean }
        }
        shown = socket.authorized === true
        json(response, 200, '1235567890')
      },
      {
        key: certificate('server-key.pem'),
        cert: certificate('server-cert.pem'),
        ca: certificate('authority-cert.pem'),
        requestCert: true,
        rejectUnauthorized: true
      }
    )
    system = osiaSystem(server.url, {
      authentication: { type: 'none' },
      tls: {
        cert: certificate('client-cert.pem'),
        key: () => certificate('client-key.pem'),
        ca: certificate('authority-cert.pem')
      }
    })
    await system.submit(newborn(), callContext())
    expect(shown).toBe(true)
  })
})

describe('what the doctor sees of osia()', () => {
  let server: Loopback | undefined
  let system: NationalIdSystem | undefined
  const clock = new TestClock()

  afterEach(async () => {
    await system?.stop?.()
    await server?.close()
  })

  const jwt = (claims: object) =>
    `${Buffer.from('{"alg":"none"}').toString('base64url')}.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.x`

  async function check(
    token: string,
    { at = clock.at, status = 404, topics = ['liveBirth'] } = {}
  ) {
    server = await openLoopback(({ path }, response) => {
      response.setHeader('date', new Date(at).toUTCString())
      if (path.startsWith('/v1/topics')) {
        json(
          response,
          200,
          topics.map((name) => ({ uuid: name, name }))
        )
      } else response.writeHead(status).end()
    })
    const { url } = server
    system = osiaSystem(
      url,
      {
        urls: { uin: url, notification: url },
        authentication: { type: 'bearer', token }
      },
      clock
    )
    const { signal } = new AbortController()
    const found = (await system.check?.({ signal })) ?? []
    return new Map(found.map((one) => [one.check, one]))
  }

  it.each([
    [
      'scope',
      'uin.generate notif.topic.read notif.topic.write notif.topic.publish',
      'ok'
    ],
    [
      'scp',
      [
        'uin.generate',
        'notif.topic.read',
        'notif.topic.write',
        'notif.topic.publish'
      ],
      'ok'
    ],
    ['scope', 'uin.generate notif.topic.read', 'failed']
  ])(
    'looks for the scopes in %s of the token: %j',
    async (claim, held, state) => {
      const found = await check(jwt({ [claim]: held }))
      expect(found.get('scopes of the token')?.state).toBe(state)
      if (state === 'failed') {
        expect(found.get('scopes of the token')?.found).toContain(
          'notif.topic.write, notif.topic.publish'
        )
      }
    }
  )

  it.each([
    [10_000, 'ok'],
    [60_000, 'warning'],
    [-600_000, 'failed']
  ])('compares the clocks: %i ms apart', async (apart, state) => {
    const found = await check('opaque', { at: clock.at + apart })
    expect(found.get('clock, as uin sees it')?.state).toBe(state)
  })

  it.each([
    [404, 'ok'],
    [401, 'failed'],
    [500, 'failed']
  ])('reaches each interface: %i', async (status, state) => {
    const found = await check('opaque', { status })
    expect(found.get('interface uin')?.state).toBe(state)
  })

  it('names the topics that are not there', async () => {
    const found = await check('opaque')
    expect(found.get('topics')).toMatchObject({
      state: 'warning',
      found:
        'There is no topic death, changeOfName, changeOfGender, updatePerson yet.'
    })
  })

  it('shows neither the token nor the address', async () => {
    const found = await check(jwt({ scope: 'x', sub: 'our-client' }))
    expect(JSON.stringify([...found])).not.toMatch(/our-client|eyJ|127\.0/)
  })
})
