import {
  constants,
  createDecipheriv,
  createHash,
  createPrivateKey,
  privateDecrypt,
  verify as verifySignature,
  X509Certificate
} from 'node:crypto'
import nock from 'nock'
import {
  idaRequestBody,
  signatureHeader
} from '../../../src/systems/mosip/ida-request'
import { readKey } from '../../../src/systems/mosip/keys'
import type {
  CheckedIda,
  MosipOptions
} from '../../../src/systems/mosip/options'
import type { VerificationRequest } from '../../../src/systems/system'
import { callContext } from '../contract'
import {
  CERTIFICATE,
  IDA,
  LAB_KEY,
  PRIVATE_KEY,
  everythingIn,
  failureOf,
  fixture,
  mosipSystem,
  type Loose
} from './made'
import { guardNetwork } from './services'

guardNetwork()

const recorded = fixture('ida-auth-decrypted.json')
const HOST = 'https://ida.example.org'

const MOTHER: VerificationRequest = {
  reference: 'v-1',
  identifier: '1234567890',
  person: {
    name: { firstname: 'Amina', surname: 'Samplefamily' },
    dateOfBirth: '1994-05-17',
    sex: 'female',
    attributes: {}
  }
}

type Answer = (
  body: Loose,
  headers: Record<string, string>
) => [number, unknown]

/** IDA, which answers as given. */
function ida(answer: Answer): Array<{ text: string; headers: Loose }> {
  const got: Array<{ text: string; headers: Loose }> = []
  nock(HOST)
    .post(recorded.path)
    .reply(function (_uri, body) {
      const text = typeof body === 'string' ? body : JSON.stringify(body)
      got.push({ text, headers: this.req.headers })
      const [status, said] = answer(JSON.parse(text), this.req.headers)
      return [status, said as nock.Body]
    })
  return got
}

function answers(response: unknown, ...codes: string[]): Answer {
  return ({ transactionID }) => [
    200,
    {
      transactionID,
      response,
      errors: codes.map((errorCode) => ({ errorCode, errorMessage: 'Amina' }))
    }
  ]
}

function verified(
  changes: Partial<MosipOptions> = {},
  request: Partial<VerificationRequest> = {}
) {
  const system = mosipSystem({ ida: IDA, ...changes })
  return system.verify!({ ...MOTHER, ...request }, callContext())
}

/** What IDA reads of a request, by its own key and nothing of ours. */
function opened(body: Loose) {
  const key = privateDecrypt(
    {
      key: PRIVATE_KEY,
      padding: constants.RSA_PKCS1_OAEP_PADDING,
      oaepHash: 'sha256'
    },
    Buffer.from(body.requestSessionKey, 'base64url')
  )
  const open = (text: string) => {
    const bytes = Buffer.from(text, 'base64url')
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(-16))
    decipher.setAuthTag(bytes.subarray(-32, -16))
    return Buffer.concat([
      decipher.update(bytes.subarray(0, -32)),
      decipher.final()
    ]).toString('utf8')
  }
  return { inner: open(body.request), digest: open(body.requestHMAC) }
}

describe('the request', () => {
  /** The recorded keys and nonces, in the order in which they are drawn. */
  function recordedRandom() {
    const tail = (text: string) => Buffer.from(text, 'base64url').subarray(-16)
    const drawn = [
      Buffer.from(recorded.sessionKeyHex, 'hex'),
      tail(recorded.body.request),
      tail(recorded.body.requestHMAC)
    ]
    return () => drawn.shift()!
  }

  it('is the recorded one, bit for bit, but for the padding of RSA', () => {
    const text = idaRequestBody({
      ida: IDA as CheckedIda & { identifierType: 'UIN' },
      ...{ idaCertificate: new X509Certificate(CERTIFICATE) },
      demographics: recorded.innerPayload.demographics,
      identifier: recorded.body.individualId,
      transactionId: recorded.body.transactionID,
      now: Date.parse(recorded.body.requestTime),
      random: recordedRandom()
    })
    const ours = JSON.parse(text)
    expect({ ...ours, individualIdType: 'UIN', requestSessionKey: '' }).toEqual(
      {
        ...recorded.body,
        requestSessionKey: ''
      }
    )
    // The order matters to nobody, but the lab's bytes do.
    expect(Object.keys({ ...ours, individualIdType: 'UIN' }).sort()).toEqual(
      Object.keys(recorded.body).sort()
    )
    expect(opened(ours).inner).toBe(recorded.innerPayloadRaw)
  })

  it('is signed exactly as recorded, over the very bytes', async () => {
    const pair = await readKey(LAB_KEY, 'key')
    expect(signatureHeader(recorded.rawBodyUtf8, pair)).toBe(
      recorded.headers.signature
    )
  })

  it('is opened by IDA’s key, and says no more than is compared', async () => {
    const got = ida(answers({ authStatus: true }))
    await verified()
    const { headers, text } = got[0]!
    const { digest, inner } = opened(JSON.parse(text))
    expect(JSON.parse(inner)).toEqual({
      ...recorded.innerPayload,
      timestamp: '2026-11-23T22:56:16.777Z'
    })
    expect(digest).toBe(
      createHash('sha256').update(inner).digest('hex').toUpperCase()
    )
    expect(headers.authorization).toBe('Authorization')
    const [header, empty, signature] = String(headers.signature).split('.')
    expect(empty).toBe('')
    const input = `${header}.${Buffer.from(text).toString('base64url')}`
    expect(
      verifySignature(
        'sha256',
        Buffer.from(input),
        CERTIFICATE,
        Buffer.from(signature!, 'base64url')
      )
    ).toBe(true)
  })

  it('has other keys, nonces and numbers each time', async () => {
    const got = [
      ida(answers({ authStatus: true })),
      ida(answers({ authStatus: true }))
    ]
    await verified()
    await verified()
    const bodies = got.map(([one]) => JSON.parse(one!.text))
    for (const name of ['request', 'requestHMAC', 'transactionID']) {
      expect(bodies[0][name]).not.toBe(bodies[1][name])
    }
    expect(bodies[0].transactionID).toMatch(/^\d{10}$/)
  })

  it('leaves out what the record does not have', async () => {
    const got = ida(answers({ authStatus: true }))
    await verified({}, { person: { name: { surname: 'X' }, attributes: {} } })
    expect(JSON.parse(opened(JSON.parse(got[0]!.text)).inner)).toMatchObject({
      demographics: { name: [{ language: 'eng', value: 'X' }] }
    })
  })

  it.each([
    ['without a number', { identifier: undefined }],
    [
      'with nothing that tells a person',
      { person: { sex: 'female', attributes: {} } }
    ]
  ])('is not made %s', async (_how, request) => {
    const failure = await failureOf(
      verified({}, request as Partial<VerificationRequest>)
    )
    expect(failure).toMatchObject({
      code: 'ERR_SYSTEM_MAPPING',
      retryable: false
    })
  })
})

describe('the answer', () => {
  it('is a match when IDA says yes and nothing besides', async () => {
    ida(answers({ authStatus: true, authToken: '5' }))
    expect(await verified()).toEqual({ outcome: 'match' })
  })

  it('is read from the recorded ones', async () => {
    const then = fixture(
      'verify-ida-mismatch/02-mosip-api-to-mosip-post-auth.json'
    )
    ida(({ transactionID }) => [200, { ...then.response.body, transactionID }])
    expect(await verified()).toEqual({
      outcome: 'noMatch',
      code: 'IDA-DEA-001'
    })
  })

  it.each([
    'IDA-MLC-002',
    'IDA-MLC-003',
    'IDA-MLC-004',
    'IDA-MLC-018',
    'IDA-DEA-002'
  ])('%s says that the person does not match', async (code) => {
    ida(answers({ authStatus: false }, code))
    expect(await verified()).toEqual({ outcome: 'noMatch', code })
  })

  it.each([
    ['IDA-MLC-001', true],
    ['IDA-MLC-007', true],
    ['IDA-MLC-006', false],
    ['IDA-MLC-009', false],
    ['IDA-MLC-012', false],
    ['IDA-MLC-015', false],
    ['IDA-MPA-012', false]
  ])('%s is trouble, and no verdict on the person', async (code, retryable) => {
    ida(answers({ authStatus: false }, 'IDA-DEA-001', code))
    const failure = await failureOf(verified())
    expect(failure).toMatchObject({ systemCode: code, retryable })
    expect(everythingIn(failure)).not.toMatch(/Amina/)
  })

  it.each<[string, Answer]>([
    ['a no without a reason', answers({ authStatus: false })],
    ['a yes with an error', answers({ authStatus: true }, 'IDA-DEA-001')],
    [
      'an answer to another request',
      () => [200, { transactionID: '0', response: { authStatus: true } }]
    ],
    ['no JSON', () => [200, '<html>']]
  ])('is none when it is %s', async (_what, answer) => {
    ida(answer)
    expect(await failureOf(verified())).toMatchObject({ retryable: true })
  })

  it('never shows the address, which is made of secrets', async () => {
    nock(HOST).post(recorded.path).reply(500, 'oops')
    const errors = [await failureOf(verified())]
    nock(HOST)
      .post(recorded.path)
      .replyWithError(
        Object.assign(new Error(`to ${recorded.path}`), { code: 'ECONNRESET' })
      )
    errors.push(await failureOf(verified()))
    for (const error of errors) {
      expect(error).toMatchObject({ retryable: true })
      expect(everythingIn(error)).not.toMatch(/labMispLicenceKey|lab-api-key/)
    }
  })
})

describe('keys', () => {
  it('that do not belong together are named, and not shown', async () => {
    const other = fixture('credential-test-set.json').recipientPrivateKeyPem
    const signingKey = { certificate: CERTIFICATE, privateKey: other }
    const failure = await failureOf(verified({ ida: { ...IDA, signingKey } }))
    expect(failure).toMatchObject({ code: 'ERR_SYSTEM_KEY' })
    expect(everythingIn(failure)).toMatch(/ida\.signingKey/)
    expect(everythingIn(failure)).not.toMatch(/BEGIN/)
  })

  it('are read once for many requests', async () => {
    let reads = 0
    const certificate = () => {
      reads += 1
      return CERTIFICATE
    }
    const system = mosipSystem({ ida: { ...IDA, certificate } })
    ida(answers({ authStatus: true }))
    ida(answers({ authStatus: true }))
    await system.verify!(MOTHER, callContext())
    await system.verify!(MOTHER, callContext())
    expect(reads).toBe(1)
  })

  it('are native objects', async () => {
    const { privateKey } = await readKey(LAB_KEY, 'key')
    expect(privateKey.equals(createPrivateKey(PRIVATE_KEY))).toBe(true)
  })
})
