import { createHmac } from 'node:crypto'
import { createServer, type IncomingHttpHeaders } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { JsonObject, JsonValue } from 'opencrvs-national-id'
import fc from '../fast-check'
import {
  held,
  openCountry,
  registerBirths,
  subscribed,
  type Country
} from '../systems/mosip/country'
import { answersTo, eventually } from './environment'

/** In everything that is sent, and nowhere else afterwards. */
const PERSONAL = 'Zebulon Quist'
const CONFIRMATION = '/national-id/confirmation'
const RUNS = 120

type Caught = { headers: IncomingHttpHeaders; body: Buffer }

let country: Country & { close(): Promise<void> }
let eventId: string
let delivery: Caught
const stray: unknown[] = []
const takeStray = (reason: unknown) => void stray.push(reason)

beforeAll(async () => {
  process.on('unhandledRejection', takeStray)
  process.on('uncaughtException', takeStray)
  country = await openCountry()
  await subscribed(country)
  country.mosip.behave({ callbacks: { delivery: 'hold' } })
  const { eventIds } = await registerBirths(country, 1)
  eventId = eventIds[0] ?? ''
  await held(country, 1)
  delivery = await catchDelivery()
})

afterAll(async () => {
  await country.close()
  process.off('unhandledRejection', takeStray)
  process.off('uncaughtException', takeStray)
})

afterEach(() => {
  expect(stray).toEqual([])
  expect(JSON.stringify(country.environment.lines)).not.toContain(PERSONAL)
  expect(country.core.bricked).toEqual([])
})

/** The hub's own delivery of the identity that the birth waits for, on its way to us. */
async function catchDelivery(): Promise<Caught> {
  const caught: Caught[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      caught.push({ headers: request.headers, body: Buffer.concat(chunks) })
      response.end()
    })
  })
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve)
  })
  const { port } = server.address() as AddressInfo
  country.door.to(`http://127.0.0.1:${port}`)
  await country.mosip.releaseMessages()
  country.door.to(country.environment.url)
  await new Promise((resolve) => server.close(resolve))
  expect(caught).toHaveLength(1)
  return caught[0]!
}

async function deliver(
  body: Buffer,
  signature: string,
  more: Record<string, string> = {}
): Promise<number> {
  const { payload, statusCode } = await country.environment.server.inject({
    method: 'POST',
    url: CONFIRMATION,
    headers: {
      'content-type': 'application/json',
      'x-hub-signature': signature,
      ...more
    },
    payload: body
  })
  expect(payload).not.toContain(PERSONAL)
  return statusCode
}

function signedByHub(body: Buffer): string {
  const { secrets } = country.mosip.connection.websub
  return `sha256=${createHmac('sha256', secrets).update(body).digest('hex')}`
}

function signatureCaught(): string {
  const signature = delivery.headers['x-hub-signature']
  return typeof signature === 'string' ? signature : ''
}

function answers(): string[] {
  return answersTo(country.core, eventId, 'REGISTER')
}

/** The bytes with one changed, taken out or put in. */
const byteChange = fc.record({
  at: fc.nat(100_000),
  how: fc.constantFrom('change', 'remove', 'insert', 'cut'),
  byte: fc.integer({ min: 1, max: 255 })
})

type ByteChange = { at: number; how: string; byte: number }

function changedBytes(body: Buffer, { at, byte, how }: ByteChange): Buffer {
  const place = at % body.length
  const [before, after] = [body.subarray(0, place), body.subarray(place)]
  const one = Buffer.from([byte])
  if (how === 'cut') return before
  if (how === 'insert') return Buffer.concat([before, one, after])
  const rest = after.subarray(1)
  return how === 'remove'
    ? Buffer.concat([before, rest])
    : Buffer.concat([before, Buffer.from([(after[0] ?? 0) ^ byte]), rest])
}

/** Where in the message that which makes it about this birth is. */
const PLACES = ['registrationId', 'credentialType', 'credential'] as const

const other = fc.oneof(
  fc.jsonValue({ maxDepth: 2 }),
  fc.constantFrom<JsonValue>('', '__proto__', PERSONAL, 0, null, [], {}),
  fc.base64String()
)

/** The body with what stands at the place spoiled. */
function spoiledAt(place: (typeof PLACES)[number], value: unknown): Buffer {
  const message = JSON.parse(delivery.body.toString('utf8')) as {
    event: { data: JsonObject }
    publisher?: string
  }
  message.publisher = PERSONAL
  const { data } = message.event
  expect(Object.keys(data)).toEqual(expect.arrayContaining([...PLACES]))
  data[place] = value as JsonValue
  return Buffer.from(JSON.stringify(message))
}

describe("whatever is thrown at the hub's entry", () => {
  it('under a signature for other bytes is refused, and changes nothing', async () => {
    await fc.assert(
      fc.asyncProperty(byteChange, async (change) => {
        const body = changedBytes(delivery.body, change)
        const status = await deliver(body, signatureCaught())
        expect([400, 401]).toContain(status)
      }),
      { numRuns: RUNS }
    )
    expect(answers()).toEqual([])
  })

  it('with any signature, headers and bytes brings nothing down', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.oneof(
          fc.string(),
          fc.constantFrom('', 'sha256=', 'sha1=00', `sha256=${'0'.repeat(64)}`)
        ),
        fc.uint8Array({ maxLength: 300 }),
        fc.constantFrom('text/plain', 'application/json', 'x', ''),
        async (signature, bytes, type) => {
          const body = Buffer.concat([Buffer.from(PERSONAL), bytes])
          const header = encodeURI(signature)
          const status = await deliver(body, header, { 'content-type': type })
          expect(status).toBeGreaterThanOrEqual(400)
          expect(status).toBeLessThan(500)
        }
      ),
      { numRuns: RUNS }
    )
    expect(answers()).toEqual([])
  })

  it('by the hub itself, about something else than the birth that waits, does not answer it', async () => {
    const seen = new Set<number>()
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...PLACES),
        other,
        async (place, value) => {
          const body = spoiledAt(place, value)
          const status = await deliver(body, signedByHub(body))
          expect(status).toBeLessThan(500)
          seen.add(status)
        }
      ),
      { numRuns: RUNS }
    )
    expect(seen).toContain(400)
    expect(answers()).toEqual([])
  })

  it('as a question about subscriptions is answered with no word but a challenge of ours', async () => {
    const { topics } = country.mosip.connection.websub
    const query = fc.record(
      {
        'hub.mode': fc.constantFrom('subscribe', 'unsubscribe', 'denied', 'x'),
        'hub.topic': fc.oneof(
          fc.constantFrom(...Object.values(topics).map(String)),
          fc.string()
        ),
        'hub.challenge': fc.constantFrom(PERSONAL, `<b>${PERSONAL}</b>`),
        'hub.lease_seconds': fc.string(),
        'hub.reason': fc.constant(PERSONAL)
      },
      { requiredKeys: [] }
    )
    await fc.assert(
      fc.asyncProperty(query, async (given) => {
        const { payload, statusCode } = await country.environment.server.inject(
          {
            method: 'GET',
            url: `${CONFIRMATION}?${new URLSearchParams(given).toString()}`
          }
        )
        expect(statusCode).toBeLessThan(500)
        // A blank is in no challenge, so this one is never said.
        expect(payload).not.toContain(PERSONAL)
      }),
      { numRuns: RUNS }
    )
  })

  it('has left the birth waiting for the real one, which is then taken once', async () => {
    expect(answers()).toEqual([])
    expect(await deliver(delivery.body, signatureCaught())).toBeLessThan(300)
    await eventually(answers, (rows) => rows.length > 0)
    expect(await deliver(delivery.body, signatureCaught())).toBeLessThan(300)
    expect(answers()).toEqual(['Accepted'])
  })
})
