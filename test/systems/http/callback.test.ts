import { randomBytes } from 'node:crypto'
import fc from '../../fast-check'
import { AuthenticationError } from '../../../src/domain/errors'
import type { HttpCallback } from '../../../src/systems/http'
import type {
  CallbackMessage,
  InboundRequest
} from '../../../src/systems/system'
import { inbound, signedCallback, webhookSecret } from './callbacks'
import { TestClock, everythingIn, failureOf, httpSystem } from './made'

const KEY = randomBytes(32)
const OTHER_KEY = randomBytes(24)
const BODY = '{"reference":"D-1","outcome":"accepted","identifier":"4207"}'
const CLOCK = new TestClock()
const SECONDS = CLOCK.at / 1000

async function read(
  request: InboundRequest,
  changes: Partial<HttpCallback> = {}
): Promise<CallbackMessage[] | undefined> {
  const callback = { secrets: webhookSecret(KEY), ...changes }
  return httpSystem({ callback }, CLOCK).readCallback?.(request)
}

function genuine(body: string | Buffer = BODY): InboundRequest {
  return signedCallback(body, { key: KEY, seconds: SECONDS })
}

const MESSAGE = {
  messageId: 'msg_1',
  reference: 'D-1',
  answer: { outcome: 'accepted', identifier: '4207' }
}

describe('a genuine callback', () => {
  it.each<[string, object, object]>([
    [
      'acceptance',
      { outcome: 'accepted', identifier: '4207', declaration: { a: 1 } },
      { outcome: 'accepted', identifier: '4207', declaration: { a: 1 } }
    ],
    [
      'refusal',
      { outcome: 'refused', code: 'minor', reason: 'Too young.' },
      { outcome: 'refused', code: 'minor', reason: 'Too young.' }
    ],
    [
      'pending',
      { outcome: 'pending', id: 'R-1' },
      { outcome: 'pending', systemReference: 'R-1' }
    ]
  ])('is read: %s', async (_, said, answer) => {
    const body = JSON.stringify({ reference: 'D-1', ...said })
    expect(await read(genuine(body))).toEqual([{ ...MESSAGE, answer }])
  })

  it('is the one that the specification gives as its example', async () => {
    // Standard Webhooks, "Signature scheme": key, id, time, body, signature.
    const request = inbound(Buffer.from('{"test": 2432232314}'), {
      'webhook-id': 'msg_p5jXN8AQM9LWM0D4loKWxJek',
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE='
    })
    const clock = new TestClock()
    clock.at = 1_614_265_330_000
    const system = httpSystem(
      {
        callback: {
          secrets: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw',
          read: (body) => ({
            reference: JSON.stringify(body),
            answer: { outcome: 'pending' }
          })
        }
      },
      clock
    )
    expect(await system.readCallback?.(request)).toEqual([
      {
        messageId: 'msg_p5jXN8AQM9LWM0D4loKWxJek',
        reference: '{"test":2432232314}',
        answer: { outcome: 'pending' }
      }
    ])
  })

  it('is read whichever of several keys signed it', async () => {
    const secrets = [webhookSecret(OTHER_KEY), () => webhookSecret(KEY)]
    expect(await read(genuine(), { secrets })).toEqual([MESSAGE])
    const signed = signedCallback(BODY, { key: OTHER_KEY, seconds: SECONDS })
    expect(await read(signed, { secrets })).toEqual([MESSAGE])
  })

  it('is read when one of its several signatures is ours', async () => {
    const request = genuine()
    const ours = request.headers['webhook-signature'] ?? ''
    const headers = {
      ...request.headers,
      'webhook-signature': `v1a,abc v1,AAAA ${ours}`
    }
    expect(await read({ ...request, headers })).toEqual([MESSAGE])
  })

  it('is read although another key cannot be', async () => {
    const broken = () => {
      throw new Error('vault is down')
    }
    const secrets = [broken, webhookSecret(KEY)]
    expect(await read(genuine(), { secrets })).toEqual([MESSAGE])
  })

  it('is read with text beyond ASCII', async () => {
    const body = JSON.stringify({
      reference: 'D-1',
      outcome: 'refused',
      code: 'name',
      reason: 'Né à Kōchi 東京 🙂'
    })
    const [message] = (await read(genuine(body))) ?? []
    expect(message?.answer).toMatchObject({ reason: 'Né à Kōchi 東京 🙂' })
  })
})

describe('the time of a callback', () => {
  it.each([-300, 300])('is right at the edge (%i s)', async (offset) => {
    const seconds = SECONDS + offset
    expect(await read(signedCallback(BODY, { key: KEY, seconds }))).toEqual([
      MESSAGE
    ])
  })

  it.each([-301, 301, -86_400, 86_400])(
    'is wrong beyond it (%i s)',
    async (offset) => {
      const seconds = SECONDS + offset
      const signed = signedCallback(BODY, { key: KEY, seconds })
      const failure = await failureOf(read(signed))
      expect(failure).toBeInstanceOf(AuthenticationError)
      expect(failure).toMatchObject({
        code: 'ERR_CALLBACK_TIMESTAMP',
        status: 401
      })
    }
  )

  it('may be further away where the tolerance says so', async () => {
    const seconds = SECONDS - 3_000
    const signed = signedCallback(BODY, { key: KEY, seconds })
    const toleranceSeconds = 3_600
    expect(await read(signed, { toleranceSeconds })).toEqual([MESSAGE])
    const narrow = signedCallback(BODY, { key: KEY, seconds: SECONDS - 11 })
    expect(
      await failureOf(read(narrow, { toleranceSeconds: 10 }))
    ).toMatchObject({ code: 'ERR_CALLBACK_TIMESTAMP' })
  })
})

describe('a callback whose sender is not proven', () => {
  it('is refused when any byte of the body was changed', async () => {
    const request = genuine(
      JSON.stringify({ reference: 'D-1', outcome: 'pending', id: 'é東' })
    )
    const changes = fc.record({
      at: fc.nat({ max: request.rawBody.length - 1 }),
      by: fc.integer({ min: 1, max: 255 })
    })
    await fc.assert(
      fc.asyncProperty(changes, async ({ at, by }) => {
        const rawBody = Buffer.from(request.rawBody)
        rawBody[at] = (rawBody[at] ?? 0) ^ by
        const failure = await failureOf(read({ ...request, rawBody }))
        expect(failure).toMatchObject({ code: 'ERR_CALLBACK_SIGNATURE' })
      }),
      { numRuns: 300 }
    )
  })

  it('is refused when any character of its headers was changed', async () => {
    const request = genuine()
    const changes = fc.record({
      name: fc.constantFrom(
        'webhook-id',
        'webhook-timestamp',
        'webhook-signature'
      ),
      at: fc.nat({ max: 60 }),
      how: fc.constantFrom('replace', 'insert', 'remove'),
      by: fc.string({ minLength: 1, maxLength: 1 })
    })
    await fc.assert(
      fc.asyncProperty(changes, async ({ at, by, how, name }) => {
        const before = request.headers[name] ?? ''
        const from = at % before.length
        const until = how === 'insert' ? from : from + 1
        const middle = how === 'remove' ? '' : by
        const after = before.slice(0, from) + middle + before.slice(until)
        fc.pre(after !== before)
        // Space and what follows it is another signature: ours still stands.
        fc.pre(!(name === 'webhook-signature' && by === ' '))
        const headers = { ...request.headers, [name]: after }
        const failure = await failureOf(read({ ...request, headers }))
        expect(failure).toBeInstanceOf(AuthenticationError)
      }),
      { numRuns: 500 }
    )
  })

  it('is refused when different bytes would become the same text', async () => {
    const broken = Buffer.concat([Buffer.from(BODY), Buffer.from([0xff])])
    const asText = Buffer.from(broken.toString())
    const request = genuine(asText)
    expect(
      await failureOf(read({ ...request, rawBody: broken }))
    ).toMatchObject({ code: 'ERR_CALLBACK_SIGNATURE' })
  })

  it('is refused when another key signed it', async () => {
    const signed = signedCallback(BODY, { key: OTHER_KEY, seconds: SECONDS })
    expect(await failureOf(read(signed))).toMatchObject({
      code: 'ERR_CALLBACK_SIGNATURE'
    })
  })

  it.each([
    ['no headers', {}],
    ['no id', { 'webhook-id': '' }],
    ['an id with the dot that joins', { 'webhook-id': 'a.b' }],
    ['a time that is no number', { 'webhook-timestamp': 'now' }],
    ['a time with more behind it', { 'webhook-timestamp': `${SECONDS}x` }],
    ['a time written otherwise', { 'webhook-timestamp': `0${SECONDS}` }],
    ['no signature', { 'webhook-signature': '' }],
    ['only an unknown scheme', { 'webhook-signature': 'v2,abc' }],
    [
      'a flood of signatures',
      { 'webhook-signature': Array(21).fill('v1,abc').join(' ') }
    ]
  ])('is refused with %s', async (what, changed) => {
    const { headers, rawBody } = genuine()
    const request =
      what === 'no headers'
        ? inbound(rawBody, {})
        : { ...genuine(), headers: { ...headers, ...changed } }
    expect(await failureOf(read(request))).toMatchObject({
      code: 'ERR_CALLBACK_HEADERS'
    })
  })

  it('is to be sent again when no key could be read', async () => {
    const secrets = () => {
      throw new Error('vault is down')
    }
    const failure = await failureOf(read(genuine(), { secrets }))
    expect(failure).toMatchObject({ code: 'ERR_SECRET', retryable: true })
    expect(failure).not.toBeInstanceOf(AuthenticationError)
  })

  it('is not proven by a key that is no key', async () => {
    const failure = await failureOf(read(genuine(), { secrets: () => 'v4lue' }))
    expect(failure).toMatchObject({ code: 'ERR_SECRET' })
    expect(everythingIn(failure)).not.toContain('v4lue')
  })
})

describe('a genuine callback that makes no sense', () => {
  it.each([
    ['nothing', ''],
    ['half an object', '{"reference":"D-1"'],
    ['a list', '[1]'],
    ['null', 'null'],
    ['no reference', '{"outcome":"pending"}'],
    ['a reference that is a number', '{"reference":1,"outcome":"pending"}'],
    ['no outcome', '{"reference":"D-1","identifier":"4207"}'],
    ['a refusal without a reason', '{"reference":"D-1","outcome":"refused"}'],
    [
      'an empty identifier',
      '{"reference":"D-1","outcome":"accepted","identifier":""}'
    ]
  ])('is refused: %s', async (_, body) => {
    const failure = await failureOf(read(genuine(body)))
    expect(failure).toMatchObject({
      name: 'MalformedError',
      code: 'ERR_CALLBACK_BODY'
    })
    expect(everythingIn(failure)).not.toMatch(/4207|D-1/)
  })

  it('is refused when the mapping throws, and nothing of it is told', async () => {
    const failure = await failureOf(
      read(genuine(), {
        read: () => {
          throw new Error('Amara 4207')
        }
      })
    )
    expect(failure).toMatchObject({
      name: 'MalformedError',
      code: 'ERR_SYSTEM_MAPPING'
    })
    expect(everythingIn(failure)).not.toMatch(/Amara|4207/)
  })

  it('is refused when the mapping gives no answer', async () => {
    const readWrong = (() => undefined) as unknown as NonNullable<
      HttpCallback['read']
    >
    expect(await failureOf(read(genuine(), { read: readWrong }))).toMatchObject(
      { code: 'ERR_CALLBACK_BODY' }
    )
  })

  it('never reaches the mapping while its sender is not proven', async () => {
    let seen = 0
    const spying: HttpCallback['read'] = () => {
      seen += 1
      return { reference: 'D-1', answer: { outcome: 'pending' } }
    }
    const forged = { ...genuine(), rawBody: Buffer.from('{}') }
    await failureOf(read(forged, { read: spying }))
    expect(seen).toBe(0)
    await read(genuine(), { read: spying })
    expect(seen).toBe(1)
  })
})
