import { generateKeyPairSync, randomUUID, sign } from 'node:crypto'
import {
  createServer,
  type IncomingMessage,
  type Server,
  type ServerResponse
} from 'node:http'
import type { AddressInfo } from 'node:net'
import type { InboundRequest } from 'opencrvs-national-id'
import { parse, textIn } from './register-calls'

type Case = {
  case: string
  reference: string
  state: 'OPEN' | 'ISSUED' | 'RECORDED'
  number?: string
  certificate?: string
}

/** What the register does to the next call for work. */
export type Mood =
  /** Says no to the person. */
  | 'refuse'
  /** Takes the call and never answers it. */
  | 'silent'
  /** Does the work, then cuts the connection. */
  | 'cutAfter'
  /** Has forgotten the session. */
  | 'endSession'

export type RegisterSimulator = {
  readonly url: string
  readonly client: string
  readonly secret: string
  /** With which its callbacks are proven, in PEM. */
  readonly publicKey: string
  /** In the order in which they were opened. */
  readonly cases: readonly Case[]
  /** For the next call for work only, but `silent`, which lasts. */
  be(mood: Mood): void
  /** A callback about a case, as it comes over the wire. */
  callback(reference: string): InboundRequest
  /** Ends what is open, so that its number can be told. */
  issue(reference: string): void
  close(): Promise<void>
}

/**
 * The population register in small: a session token, no idempotency (a second call opens a second case), an answer
 * later.
 */
export async function openRegisterSimulator(): Promise<RegisterSimulator> {
  const keys = generateKeyPairSync('ed25519')
  const sessions = new Set<string>()
  const cases: Case[] = []
  const [client, secret] = ['civil-registry', randomUUID()]
  let mood: Mood | undefined

  /** A call for work; undefined when it is not answered. */
  function work(path: string, body: unknown): [number, unknown] | undefined {
    const now = mood
    if (now === 'silent') return undefined
    mood = undefined
    if (now === 'refuse') {
      return [409, { state: 'REFUSED', code: 'ENROLLED', text: 'Has one.' }]
    }
    const certificate = textIn(body, 'certificate')
    const opened: Case = {
      case: `C-${cases.length + 1}`,
      reference: textIn(body, 'reference') ?? '',
      state: path === '/deaths' ? 'RECORDED' : 'OPEN',
      ...(certificate === undefined ? {} : { certificate })
    }
    cases.push(opened)
    return now === 'cutAfter' ? undefined : [201, opened]
  }

  function answer(
    { headers }: IncomingMessage,
    { pathname, searchParams }: URL,
    body: unknown
  ): [number, unknown] | undefined {
    if (pathname === '/session') {
      const isUs =
        textIn(body, 'client') === client && textIn(body, 'secret') === secret
      return isUs ? [200, { token: newSession(sessions) }] : [401, {}]
    }
    if (mood === 'endSession') {
      sessions.clear()
      mood = undefined
    }
    if (!sessions.has(String(headers['x-session']))) return [401, {}]
    switch (pathname) {
      case '/cases': {
        const reference = searchParams.get('reference')
        const found = cases.filter((one) => one.reference === reference)
        return [200, { cases: found }]
      }
      case '/comparisons':
        return [200, { same: textIn(body, 'family') === 'Okonjo' }]
      default:
        return work(pathname, body)
    }
  }

  const server = createServer((request, response) => {
    void readBody(request).then((body) => {
      const url = new URL(request.url ?? '/', 'http://register')
      const said = answer(request, url, body)
      if (said !== undefined) respond(response, ...said)
      else if (mood !== 'silent') request.socket.destroy()
    })
  })
  const url = await listen(server)

  return {
    url,
    client,
    secret,
    publicKey: keys.publicKey
      .export({ type: 'spki', format: 'pem' })
      .toString(),
    cases,
    be: (next) => (mood = next),
    issue(reference) {
      for (const one of cases.filter((each) => each.reference === reference)) {
        Object.assign(one, { state: 'ISSUED', number: `N-${one.case}` })
      }
    },
    callback(reference) {
      const known = cases.find((one) => one.reference === reference)
      const about = known ?? { reference, state: 'ISSUED', number: 'N-C-0' }
      const body = JSON.stringify({ message: randomUUID(), ...about })
      const time = String(Math.floor(Date.now() / 1000))
      const signed = Buffer.from(`${time}.${body}`)
      return {
        method: 'POST',
        headers: {
          'x-register-time': time,
          'x-register-signature': sign(null, signed, keys.privateKey).toString(
            'base64'
          )
        },
        query: {},
        params: {},
        rawBody: Buffer.from(body)
      }
    },
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      })
  }
}

function newSession(sessions: Set<string>): string {
  const token = randomUUID()
  sessions.add(token)
  return token
}

async function readBody(request: IncomingMessage): Promise<unknown> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(Buffer.from(part as Uint8Array))
  return parse(Buffer.concat(parts).toString('utf8'))
}

function respond(
  response: ServerResponse,
  status: number,
  body: unknown
): void {
  response.writeHead(status, { 'content-type': 'application/json' })
  response.end(JSON.stringify(body))
}

async function listen(server: Server): Promise<string> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  // A server that listens on a port has such an address.
  const { port } = server.address() as AddressInfo
  return `http://127.0.0.1:${port}`
}
