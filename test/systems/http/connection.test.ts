import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { TLSSocket } from 'node:tls'
import type { HttpOptions } from '../../../src/systems/http'
import { callContext, systemRequest } from '../contract'
import { json, openLoopback, type Loopback } from './loopback'
import { everythingIn, failureOf, httpSystem } from './made'

function pem(name: string): string {
  return readFileSync(join(__dirname, 'certificates', `${name}.pem`), 'utf8')
}

const opened: Array<{ close(): Promise<void> }> = []

async function opens(...how: Parameters<typeof openLoopback>) {
  const server = await openLoopback(...how)
  opened.push(server)
  return server
}

afterEach(async () => {
  await Promise.all(opened.splice(0).map((one) => one.close()))
})

async function submitted(
  server: Pick<Loopback, 'url'>,
  changes: Partial<HttpOptions> = {}
) {
  const system = httpSystem({ baseUrl: server.url, ...changes })
  try {
    return await system.submit(systemRequest(), callContext())
  } finally {
    await system.stop?.()
  }
}

describe('mutual TLS', () => {
  const clients: string[] = []

  async function opensWithTls(): Promise<Loopback> {
    clients.length = 0
    return opens(
      ({ request }, response) => {
        const { socket } = request
        if (!(socket instanceof TLSSocket)) throw new Error('no TLS')
        clients.push(String(socket.getPeerCertificate().subject.CN))
        json(response, 200, { identifier: '4207' })
      },
      {
        cert: pem('server-cert'),
        key: pem('server-key'),
        ca: pem('authority-cert'),
        requestCert: true,
        rejectUnauthorized: true
      }
    )
  }

  const ca = pem('authority-cert')
  const cert = pem('client-cert')
  const authentication = { type: 'none' } as const

  it('shows our certificate and trusts the authority', async () => {
    const server = await opensWithTls()
    const tls = { ca, cert, key: async () => pem('client-key') }
    expect(await submitted(server, { authentication, tls })).toMatchObject({
      outcome: 'accepted'
    })
    expect(clients).toEqual(['registry'])
  })

  it('opens a key that has a passphrase', async () => {
    const server = await opensWithTls()
    const key = pem('client-key-encrypted')
    const tls = { ca, cert, key, passphrase: () => 'test-only' }
    await submitted(server, { authentication, tls })
    expect(clients).toEqual(['registry'])
  })

  it.each<[string, NonNullable<HttpOptions['tls']>]>([
    ['no certificate', { ca }],
    [
      'a certificate of another authority',
      { ca, cert: pem('stranger-cert'), key: pem('stranger-key') }
    ],
    ['a server that we do not trust', { cert, key: pem('client-key') }]
  ])('does not get through with %s', async (_, tls) => {
    const server = await opensWithTls()
    const failure = await failureOf(submitted(server, { authentication, tls }))
    expect(failure).toMatchObject({
      code: 'ERR_SYSTEM_UNREACHABLE',
      retryable: true
    })
    expect(clients).toEqual([])
  })

  it.each([
    ['is no PEM', { cert: 'v4lue', key: 'v4lue' }],
    ['does not belong together', { cert, key: pem('stranger-key') }],
    [
      'has another passphrase',
      { cert, key: pem('client-key-encrypted'), passphrase: 'v4lue' }
    ]
  ])('calls nobody with what %s, and tells none of it', async (_, tls) => {
    const server = await opensWithTls()
    const failure = await failureOf(submitted(server, { authentication, tls }))
    expect(failure).toMatchObject({ code: 'ERR_SYSTEM_TLS' })
    expect(everythingIn(failure)).not.toMatch(/v4lue|PRIVATE/)
    expect(clients).toEqual([])
  })

  it('reads a certificate again that could not be read before', async () => {
    const server = await opensWithTls()
    let isMounted = false
    const key = () => {
      if (!isMounted) throw new Error('not mounted yet')
      return pem('client-key')
    }
    const tls = { ca, cert, key }
    const system = httpSystem({ baseUrl: server.url, authentication, tls })
    const submit = () => system.submit(systemRequest(), callContext())
    expect(await failureOf(submit())).toMatchObject({ code: 'ERR_SECRET' })
    isMounted = true
    expect(await submit()).toMatchObject({ outcome: 'accepted' })
    await system.stop?.()
  })
})

describe('faults on the way', () => {
  it('gives up after the timeout, not knowing what became of it', async () => {
    const server = await opens(() => undefined)
    const failure = await failureOf(submitted(server, { timeoutMs: 100 }))
    expect(failure).toMatchObject({
      code: 'ERR_SYSTEM_TIMEOUT',
      retryable: true,
      outcomeUnknown: true
    })
    expect(everythingIn(failure)).not.toContain(server.url)
  })

  it('gives up on an answer that never ends', async () => {
    const server = await opens((_, response) => {
      response.writeHead(200).write('{')
    })
    expect(
      await failureOf(submitted(server, { timeoutMs: 100 }))
    ).toMatchObject({ code: 'ERR_SYSTEM_TIMEOUT', outcomeUnknown: true })
  })

  it('does not know what became of it when the connection is cut', async () => {
    const server = await opens(({ request }) => request.socket.destroy())
    expect(await failureOf(submitted(server))).toMatchObject({
      code: 'ERR_SYSTEM_UNREACHABLE',
      retryable: true,
      outcomeUnknown: true
    })
    expect(server.received).toHaveLength(1)
  })

  it('does not know what became of it when the answer is cut', async () => {
    const server = await opens((_, response) => {
      response.writeHead(200, { 'content-length': '1000' })
      response.write('{"identifier":"42', () => response.destroy())
    })
    expect(
      await failureOf(submitted(server, { timeoutMs: 300 }))
    ).toMatchObject({ retryable: true, outcomeUnknown: true })
  })

  it('knows that nothing was done when nobody listens', async () => {
    const server = await opens(() => undefined)
    await server.close()
    const failure = await failureOf(submitted(server))
    expect(failure).toMatchObject({
      code: 'ERR_SYSTEM_UNREACHABLE',
      retryable: true,
      outcomeUnknown: false
    })
    expect(everythingIn(failure)).toContain('ECONNREFUSED')
    expect(everythingIn(failure)).not.toContain(server.url)
  })

  it('refuses an answer that is too large to be one', async () => {
    const server = await opens((_, response) => {
      response.end(Buffer.alloc(11 * 1024 * 1024, ' '))
    })
    expect(await failureOf(submitted(server))).toMatchObject({
      code: 'ERR_SYSTEM_UNREADABLE',
      outcomeUnknown: true
    })
  })

  it('carries our credentials nowhere by a redirect', async () => {
    const elsewhere = await opens((_, response) => json(response, 200, {}))
    const server = await opens((_, response) => {
      response.writeHead(307, { location: elsewhere.url }).end()
    })
    expect(await failureOf(submitted(server))).toMatchObject({
      code: 'ERR_SYSTEM_REDIRECT',
      retryable: false
    })
    expect(elsewhere.received).toEqual([])
  })

  it('leaves no connection open once it has stopped', async () => {
    const server = await opens((_, response) =>
      json(response, 200, { identifier: '4207' })
    )
    const system = httpSystem({ baseUrl: server.url })
    await system.submit(systemRequest(), callContext())
    await system.submit(systemRequest(), callContext())
    const sockets = new Set(
      server.received.map(({ request }) => request.socket)
    )
    expect(sockets.size).toBe(1)
    const [socket] = sockets
    const closed = new Promise((resolve) => socket?.once('close', resolve))
    await system.stop?.()
    await closed
  })
})
