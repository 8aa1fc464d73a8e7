import * as fc from '../fast-check'
import { http, when } from 'opencrvs-national-id'
import type { JsonValue } from 'opencrvs-national-id'
import { Webhook } from 'standardwebhooks'
import { pendingRegistration, recordedTrigger, trigger } from './attacker'
import {
  answersTo,
  NEWBORN,
  startEnvironment,
  type Environment
} from './environment'

/** In every body that is sent, and nowhere else afterwards. */
const PERSONAL = 'Zebulon Quist'
const CALLBACK_SECRET = `whsec_${Buffer.alloc(32, 7).toString('base64')}`
const RUNS = 150

let environment: Environment
let waiting: { eventId: string; deliveryId: string }
const stray: unknown[] = []
const takeStray = (reason: unknown) => void stray.push(reason)

beforeAll(async () => {
  process.on('unhandledRejection', takeStray)
  process.on('uncaughtException', takeStray)
  environment = await startEnvironment(
    http({
      // Nobody answers there: the deliveries wait.
      baseUrl: 'http://127.0.0.1:9',
      authentication: { type: 'apiKey', header: 'x-api-key', value: 'key' },
      createIdentity: { path: '/identities' },
      callback: { secrets: CALLBACK_SECRET }
    }),
    {
      operations: { scope: 'record.reject' },
      metrics: { token: 'the scraper knows this' },
      delivery: { retry: { initialMs: 60_000, maxMs: 60_000 } },
      events: {
        birth: {
          subject: 'child',
          rules: { REGISTER: [{ name: 'all', then: when.createIdentity() }] }
        }
      },
      otherwise: () => ({ registrationNumber: 'B1' })
    }
  )
  const asked = await pendingRegistration(environment, {
    ...NEWBORN,
    'child.name': { firstname: PERSONAL, surname: 'Exampleson' }
  })
  const { body } = await trigger(environment, asked)
  const { eventId } = asked.target
  waiting = { eventId, deliveryId: body.deliveryId ?? '' }
})

afterAll(async () => {
  await environment.stop()
  process.off('unhandledRejection', takeStray)
  process.off('uncaughtException', takeStray)
})

afterEach(() => {
  expect(stray).toEqual([])
  expect(JSON.stringify(environment.lines)).not.toContain(PERSONAL)
  expect(answersTo(environment.core, waiting.eventId, 'REGISTER')).toEqual([])
  expect(environment.core.bricked).toEqual([])
})

const FOR_CORE = [200, 202, 400]

async function send(request: {
  method: string
  url: string
  headers: Record<string, string>
  payload: string | Buffer
}): Promise<number> {
  const { statusCode, payload } = await environment.server.inject(request)
  const isTrigger =
    request.method === 'POST' &&
    /^\/trigger\/events\/\w+\/actions\/\w+$/.test(request.url)
  if (isTrigger) expect(FOR_CORE).toContain(statusCode)
  else expect(statusCode).toBeLessThan(500)
  expect(payload).not.toContain(PERSONAL)
  return statusCode
}

const url = fc.oneof(
  fc.constantFrom(
    '/trigger/events/birth/actions/REGISTER',
    '/national-id/confirmation',
    '/national-id/deliveries',
    '/national-id/deliveries?state=parked&limit=3',
    '/national-id/deliveries/x/reject',
    '/national-id/deliveries/x/send-again',
    '/national-id/metrics',
    '/national-id/health/ready'
  ),
  fc
    .array(fc.string({ maxLength: 12 }), { maxLength: 4 })
    .map((parts) => `/national-id/${parts.map(encodeURIComponent).join('/')}`),
  fc
    .tuple(fc.string({ minLength: 1 }), fc.string({ minLength: 1 }))
    .map(
      ([event, action]) =>
        `/trigger/events/${encodeURIComponent(event)}/actions/${encodeURIComponent(action)}`
    ),
  fc
    .string({ maxLength: 30 })
    .map((query) => `/national-id/deliveries?${encodeURI(query)}`)
)

const token = fc.oneof(
  fc.constantFrom('none', 'user', 'anonymous', 'record', 'metrics'),
  fc.base64String()
)

function bearer(kind: string): Record<string, string> {
  const { core } = environment
  const tokens: Record<string, () => string> = {
    user: () => core.userToken(),
    anonymous: () => core.anonymousToken(),
    record: () => core.recordToken(recordedTrigger().target),
    metrics: () => 'the scraper knows this'
  }
  if (kind === 'none') return {}
  return { authorization: `Bearer ${tokens[kind]?.() ?? kind}` }
}

/** The value with one part, somewhere inside, put in the place of another; `undefined` takes it away. */
function mutated(
  value: JsonValue,
  steps: readonly number[],
  other: JsonValue | undefined
): JsonValue | undefined {
  const [step, ...rest] = steps
  if (step === undefined || typeof value !== 'object' || value === null) {
    return other
  }
  const entries = Object.entries(value)
  const at = entries[step % Math.max(entries.length, 1)]
  if (at === undefined) return other
  const changed = mutated(at[1] ?? null, rest, other)
  const kept = entries.flatMap(([key, inner]): Array<[string, JsonValue]> => {
    const next = key === at[0] ? changed : inner
    return next === undefined ? [] : [[key, next]]
  })
  return Array.isArray(value)
    ? kept.map(([, inner]) => inner)
    : Object.fromEntries(kept)
}

const change = fc.record({
  steps: fc.array(fc.nat(40), { maxLength: 5 }),
  other: fc.oneof(
    fc.jsonValue({ maxDepth: 3 }),
    fc.constant(undefined),
    fc.constantFrom<JsonValue>('__proto__', '', 0, null, PERSONAL)
  )
})

type Change = { steps: number[]; other: unknown }

function apply(value: JsonValue, changes: readonly Change[]): JsonValue {
  return changes.reduce<JsonValue>(
    (current, { steps, other }) =>
      mutated(current, steps, other as JsonValue | undefined) ?? null,
    value
  )
}

describe('whatever is thrown at the routes', () => {
  it('as bytes never brings one down, and never says what was sent', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom('GET', 'POST', 'PUT', 'DELETE', 'OPTIONS', 'HEAD'),
        url,
        token,
        fc.constantFrom('application/json', 'text/plain', 'x', ''),
        fc.uint8Array({ maxLength: 300 }),
        async (method, where, kind, type, bytes) => {
          await send({
            method,
            url: where,
            headers: { ...bearer(kind), 'content-type': type },
            payload: Buffer.concat([Buffer.from(PERSONAL), bytes])
          })
        }
      ),
      { numRuns: RUNS }
    )
  })

  const names = [
    'birth-REGISTER',
    'birth-DECLARE',
    'birth-CUSTOM',
    'birth-APPROVE_CORRECTION',
    'birth-REQUEST_CORRECTION',
    'birth-EDIT-with-null',
    'death-REGISTER'
  ]

  it('as triggers that are nearly right, with the right token, is answered as core can take it', async () => {
    const seen = new Set<number>()
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...names),
        fc.array(change, { minLength: 1, maxLength: 3 }),
        async (name, changes) => {
          const { event, target } = recordedTrigger(name)
          const pending = event.actions.at(-1)
          if (pending !== undefined) pending.annotation = { note: PERSONAL }
          const status = await send({
            method: 'POST',
            url: `/trigger/events/${event.type}/actions/${pending?.type ?? ''}`,
            headers: {
              authorization: `Bearer ${environment.core.recordToken(target)}`,
              'content-type': 'application/json'
            },
            payload: JSON.stringify(apply(event, changes))
          })
          seen.add(status)
        }
      ),
      { numRuns: RUNS }
    )
    expect(seen).toContain(400)
    expect(seen).toContain(200)
  })

  it('as callbacks of others, or of the system about nothing that we know, changes no record', async () => {
    const webhook = new Webhook(CALLBACK_SECRET)
    const seen = new Set<number>()
    await fc.assert(
      fc.asyncProperty(
        fc.boolean(),
        fc.array(change, { maxLength: 2 }),
        fc.string(),
        async (isSigned, changes, noise) => {
          const reference = isSigned
            ? '11111111-1111-4111-8111-111111111111'
            : waiting.deliveryId
          const body = JSON.stringify(
            apply(
              { reference, outcome: 'accepted', identifier: PERSONAL },
              changes
            )
          )
          const at = new Date()
          const signature = webhook.sign('m-1', at, body)
          const status = await send({
            method: 'POST',
            url: '/national-id/confirmation',
            headers: {
              'webhook-id': 'm-1',
              'webhook-timestamp': String(Math.floor(at.getTime() / 1000)),
              'webhook-signature': signature
            },
            // A space more, and it is not what was signed.
            payload: isSigned ? body : `${body} ${noise}`
          })
          seen.add(status)
        }
      ),
      { numRuns: RUNS }
    )
    expect([...seen].sort()).toEqual([400, 401, 404])
  })
})
