import { AuthenticationError } from '../../../src/domain/errors'
import type { MosipOptions } from '../../../src/systems/mosip'
import { mosip } from '../../../src/systems/mosip'
import type {
  CallbackMessage,
  InboundRequest
} from '../../../src/systems/system'
import { systemRequest } from '../contract'
import {
  CALLBACK_URL,
  CERTIFICATE,
  HUB_SECRET,
  LAB_KEY,
  TestClock,
  WEBSUB,
  failureOf,
  fixture,
  mosipOptions,
  mosipSystem,
  type Loose
} from './made'
import {
  credentialBody,
  encrypted,
  inbound,
  signed,
  statusBody,
  type CredentialChanges
} from './deliveries'

const AID = systemRequest().reference
const testSet = fixture('credential-test-set.json')

type WebSubChanges = Partial<NonNullable<MosipOptions['websub']>>

function read(
  request: InboundRequest,
  websub: WebSubChanges = {},
  changes: Partial<MosipOptions> = {},
  clock = new TestClock()
): Promise<CallbackMessage[]> {
  const system = mosipSystem(
    { ...changes, websub: { ...WEBSUB, ...websub } },
    clock
  )
  return system.readCallback!(request)
}

function readCredential(
  changes: Partial<CredentialChanges>,
  websub: WebSubChanges = {}
) {
  return read(signed(credentialBody({ aid: AID, ...changes })), websub)
}

describe('a credential', () => {
  it('answers the delivery whose id was the packet’s', async () => {
    expect(await readCredential({})).toEqual([
      {
        messageId: 'message-1',
        reference: AID,
        answer: { outcome: 'accepted', identifier: '5550001112' },
        registrationNumber: '2026-000017',
        ifUnusable: 'refuse'
      }
    ])
  })

  it('finds it by 39 digits too', async () => {
    const hex = AID.replaceAll('-', '')
    const aid = BigInt(`0x${hex}`).toString().padStart(39, '0')
    const [message] = await read(
      signed(credentialBody({ aid })),
      {},
      { applicationId: 'decimal' }
    )
    expect(message?.reference).toBe(AID)
  })

  it('is the recorded one, opened by the recorded key', async () => {
    const { rawBodyUtf8 } = fixture('websub-credential-encrypted.json')
    const topics = { credentials: 'CREDENTIAL_ISSUED' }
    const [message] = await read(signed(rawBodyUtf8), {
      acceptZeroThumbprint: true,
      topics
    })
    expect(message).toMatchObject({
      reference: '100018039057486',
      answer: { outcome: 'accepted', identifier: '8369851320' },
      registrationNumber: '2026B0000001'
    })
    // Without the option, a credential must name its certificate.
    expect(
      await failureOf(read(signed(rawBodyUtf8), { topics }))
    ).toMatchObject({ code: 'ERR_CREDENTIAL_CERTIFICATE' })
  })

  it('has no answer to give without the configured kind of number', async () => {
    // The confirmation route refuses such an answer to a createIdentity.
    const [message] = await readCredential({ subject: { UIN: '1' } })
    expect(message?.answer).toEqual({ outcome: 'accepted' })
  })

  it.each(['vercred', 'euin'])('is taken as %s', async (credentialType) => {
    expect(await readCredential({ credentialType })).toHaveLength(1)
  })

  it('is found by its certificate while one key replaces another', async () => {
    const old = {
      certificate: testSet.recipientCertPem,
      privateKey: testSet.recipientPrivateKeyPem
    }
    const both = { keys: [LAB_KEY, old] }
    for (const certificate of [CERTIFICATE, testSet.recipientCertPem]) {
      const credential = encrypted(
        { credentialSubject: { id: `x/${AID}`, VID: '7' } },
        certificate
      )
      const [message] = await readCredential({ credential }, both)
      expect(message?.answer).toMatchObject({ identifier: '7' })
    }
  })

  it.each<[string, Partial<CredentialChanges>, string]>([
    [
      'another packet than it says',
      { registrationId: 'other' },
      'ERR_CALLBACK_BODY'
    ],
    ['no known type', { credentialType: 'idcard' }, 'ERR_CALLBACK_BODY'],
    [
      'a topic that is not ours',
      { topic: 'x/CREDENTIAL_ISSUED' },
      'ERR_CALLBACK_BODY'
    ],
    ['an id that is no text', { id: 7 }, 'ERR_CALLBACK_BODY'],
    ['no layout', { credential: 'VkVSX1Iy' }, 'ERR_CREDENTIAL_FORMAT'],
    [
      'a stranger’s certificate',
      { credential: encrypted({}, testSet.recipientCertPem) },
      'ERR_CREDENTIAL_CERTIFICATE'
    ],
    [
      'our thumbprint over a stranger’s key',
      {
        credential: encrypted(
          {},
          testSet.recipientCertPem,
          thumbprint(CERTIFICATE)
        )
      },
      'ERR_CREDENTIAL_CIPHER'
    ],
    [
      'no subject',
      { credential: encrypted({ issuer: 'x' }) },
      'ERR_CALLBACK_BODY'
    ]
  ])('is refused with %s', async (_what, changes, code) => {
    const failure = await failureOf(readCredential(changes))
    expect(failure).toMatchObject({ name: 'MalformedError', code })
  })

  it('whose content was changed does not decrypt', async () => {
    const bytes = Buffer.from(encrypted({ credentialSubject: {} }), 'base64')
    bytes[bytes.length - 20]! ^= 1
    const credential = bytes.toString('base64')
    expect(await failureOf(readCredential({ credential }))).toMatchObject({
      code: 'ERR_CREDENTIAL_CIPHER'
    })
  })
})

function thumbprint(certificate: string): Buffer {
  const text = encrypted({}, certificate)
  return Buffer.from(text, 'base64').subarray(6, 38)
}

describe('the sender', () => {
  const body = JSON.stringify(credentialBody({ aid: AID }))

  it.each<[string, InboundRequest]>([
    ['nobody', inbound(Buffer.from(body))],
    ['another secret', signed(body, 'another secret altogether')],
    [
      'sha1',
      inbound(Buffer.from(body), {
        'x-hub-signature': `sha1=${'0'.repeat(40)}`
      })
    ],
    [
      'half a signature',
      inbound(Buffer.from(body), { 'x-hub-signature': 'sha256=00' })
    ],
    [
      'the signature of other bytes',
      { ...signed(body), rawBody: Buffer.from(`${body} `) }
    ]
  ])('is not proven by %s', async (_what, request) => {
    expect(await failureOf(read(request))).toBeInstanceOf(AuthenticationError)
  })

  it('is proven before anything is decrypted', async () => {
    let reads = 0
    const keys = {
      certificate: CERTIFICATE,
      privateKey: () => {
        reads += 1
        return LAB_KEY.privateKey
      }
    }
    await failureOf(read(inbound(Buffer.from(body)), { keys }))
    expect(reads).toBe(0)
    await read(signed(body), { keys })
    expect(reads).toBe(1)
  })

  it('may use either secret while one replaces another', async () => {
    const secrets = ['the new secret of the hub', HUB_SECRET]
    expect(await read(signed(body), { secrets })).toHaveLength(1)
  })

  it('has its recorded signature taken', async () => {
    const { header, hubSecret, rawBodyUtf8 } = fixture(
      'x-hub-signature-example.json'
    )
    const request = inbound(Buffer.from(rawBodyUtf8), {
      'x-hub-signature': header['X-Hub-Signature']
    })
    const websub = {
      secrets: () => hubSecret,
      acceptZeroThumbprint: true,
      topics: { credentials: 'CREDENTIAL_ISSUED' }
    }
    expect(await read(request, websub)).toHaveLength(1)
  })

  it.each([
    ['not JSON', '{'],
    ['null', 'null'],
    ['a list', '[]'],
    ['no event', '{"topic":"x"}'],
    ['no data', '{"topic":"x","event":{"id":"1"}}'],
    ['__proto__', '{"__proto__":{"topic":"x"}}']
  ])(
    'who is proven and sends %s is told that it makes no sense',
    async (_what, text) => {
      expect(await failureOf(read(signed(text)))).toMatchObject({
        name: 'MalformedError',
        code: 'ERR_CALLBACK_BODY'
      })
    }
  )

  it('cannot send more than a credential needs', async () => {
    const large = JSON.stringify({ x: 'x'.repeat(300_000) })
    expect(await failureOf(read(signed(large)))).toMatchObject({
      code: 'ERR_CALLBACK_BODY'
    })
  })
})

describe('the test set’s verdicts', () => {
  const proof = {
    keys: [testSet.issuerPublicKeyPem],
    canonicalization: 'JCS' as const
  }
  const websub: WebSubChanges = {
    secrets: () => testSet.hubSecret,
    topics: { credentials: 'CREDENTIAL_ISSUED' },
    keys: {
      certificate: testSet.recipientCertPem,
      privateKey: testSet.recipientPrivateKeyPem
    },
    proof
  }

  function verdict(name: string, changes: WebSubChanges = {}) {
    const one = testSet.cases.find((each: Loose) => each.name === name)
    const headers: Record<string, string> =
      one.xHubSignature === null ? {} : { 'x-hub-signature': one.xHubSignature }
    return read(inbound(Buffer.from(one.rawBodyUtf8), headers), {
      ...websub,
      ...changes
    })
  }

  it.each([
    ['birth-vid', 'VID', '5550001112'],
    ['birth-uin-euin-type', 'UIN', '1112223334'],
    [
      'birth-psut-only',
      'PSUT',
      '63EBC25D699305A26EE740A955852EAB2E6527BFF2F5E9E5562B502DACECD020'
    ]
  ])('%s is taken where %s is configured', async (name, identifier, number) => {
    const [message] = await verdict(name, { identifier })
    expect(message).toMatchObject({
      reference: '10001100040000120261123101500',
      answer: { outcome: 'accepted', identifier: number },
      registrationNumber: '2026B0000042'
    })
  })

  it.each([
    ['birth-uin-euin-type', 'VID'],
    ['birth-psut-only', 'UIN'],
    ['death', 'VID']
  ])(
    '%s never has a number where %s is configured',
    async (name, identifier) => {
      const [message] = await verdict(name, { identifier })
      expect(message?.answer).toEqual({ outcome: 'accepted' })
    }
  )

  it('unknown-aid names what is found nowhere', async () => {
    const [message] = await verdict('unknown-aid')
    expect(message).toMatchObject({ reference: '99999', ifUnusable: 'refuse' })
  })

  it('thumbprint-zero is taken by that option alone', async () => {
    expect(
      await verdict('thumbprint-zero', { acceptZeroThumbprint: true })
    ).toHaveLength(1)
    expect(await failureOf(verdict('thumbprint-zero'))).toMatchObject({
      code: 'ERR_CREDENTIAL_CERTIFICATE'
    })
  })

  it.each([
    ['wrong-issuer-signature', 'ERR_CREDENTIAL_PROOF'],
    ['encrypted-for-someone-else', 'ERR_CREDENTIAL_CIPHER'],
    ['bad-hmac', 'ERR_CALLBACK_SIGNATURE'],
    ['missing-hmac', 'ERR_CALLBACK_HEADERS']
  ])('%s is refused: %s', async (name, code) => {
    expect(await failureOf(verdict(name))).toMatchObject({ code })
  })

  it('covers every case of the set', () => {
    const tested = [
      'birth-vid',
      'birth-uin-euin-type',
      'birth-psut-only',
      'death',
      'wrong-issuer-signature',
      'encrypted-for-someone-else',
      'thumbprint-zero',
      'unknown-aid',
      'bad-hmac',
      'missing-hmac'
    ]
    const names: string[] = testSet.cases.map(({ name }: Loose) => name)
    const untested = names.filter((name) => !tested.includes(name))
    // Written out, so that a new case is not passed over in silence.
    expect(untested).toEqual([])
  })
})

describe('a packet’s status', () => {
  const topics = { topics: { packetStatus: 'PACKET_STATUS' } }

  it('that rejects refuses, with its code and reason', async () => {
    const body = statusBody(AID, 'REJECTED', {
      errorCode: 'RPR-DEMO-001',
      statusComment: 'The child has an identity already.'
    })
    expect(await read(signed(body), topics)).toEqual([
      {
        messageId: 'status-REJECTED',
        reference: AID,
        answer: {
          outcome: 'refused',
          code: 'RPR-DEMO-001',
          reason: 'The child has an identity already.'
        },
        ifUnusable: 'refuse'
      }
    ])
  })

  it.each(['RECEIVED', 'PROCESSING', 'PAUSED', 'SOMETHING_NEW'])(
    '%s changes nothing',
    async (status) => {
      const [message] = await read(signed(statusBody(AID, status)), topics)
      expect(message?.answer).toEqual({ outcome: 'pending' })
    }
  )

  it('that is processed answers what waits for it, and never a birth', async () => {
    const waiting: Partial<MosipOptions> = {
      withdraw: { revocation: { waitForResult: true } }
    }
    const [message] = await read(
      signed(statusBody(AID, 'PROCESSED')),
      topics,
      waiting
    )
    expect(message).toMatchObject({
      answer: { outcome: 'accepted' },
      onlyFor: ['withdraw']
    })
  })

  it('is read as the registration processor publishes it too', async () => {
    const body = { instanceId: AID, resultCode: 'REJECTED', errorCode: 'E-1' }
    const [first] = await read(signed(body), topics)
    const [again] = await read(signed(body), topics)
    expect(first).toMatchObject({
      reference: AID,
      answer: { outcome: 'refused', code: 'E-1' }
    })
    expect(again?.messageId).toBe(first?.messageId)
    expect(await failureOf(read(signed(body)))).toMatchObject({
      code: 'ERR_CALLBACK_BODY'
    })
  })
})

describe('what cannot be used', () => {
  const hour = 3_600_000

  async function after(ms: number, body: object) {
    const clock = new TestClock()
    const lines: unknown[] = []
    const logger = {
      debug: () => {},
      info: () => {},
      warn: () => {},
      error: (fields: object) => lines.push(fields)
    }
    const system = mosip(mosipOptions()).create({
      clock,
      logger,
      callbackUrl: CALLBACK_URL
    })
    clock.at += ms
    const read = await system.readCallback!(signed(body)).catch(
      (error: unknown) => error
    )
    return { read, lines }
  }

  it('is refused for a while, and then dropped so that the others come', async () => {
    const body = credentialBody({ aid: AID, registrationId: 'other' })
    expect((await after(hour / 2, body)).read).toMatchObject({
      code: 'ERR_CALLBACK_BODY'
    })
    const late = await after(2 * hour, body)
    expect(late.read).toEqual([])
    expect(late.lines).toEqual([
      {
        system: 'mosip',
        code: 'ERR_CALLBACK_BODY',
        topic: 'crvs-partner/CREDENTIAL_ISSUED'
      }
    ])
  })

  it('is left to the route to drop where only that can tell', async () => {
    const { read } = await after(2 * hour, credentialBody({ aid: AID }))
    expect(read).toEqual([expect.objectContaining({ ifUnusable: 'drop' })])
  })

  it('by a wrong signature is never dropped', async () => {
    const system = mosipSystem()
    const request = signed(
      credentialBody({ aid: AID }),
      'not the secret of ours'
    )
    expect(await failureOf(system.readCallback!(request))).toBeInstanceOf(
      AuthenticationError
    )
  })
})
