import {
  constants,
  createCipheriv,
  createHash,
  createPrivateKey,
  publicEncrypt,
  randomBytes,
  sign
} from 'node:crypto'
import {
  createMosipSimulator,
  type CertifiedKey,
  type MosipSimulator
} from '../../../src/sandbox'
import { NOW, TestClock, send, type Answer } from './client'
import { LAB_KEY } from './recorded'

const MOTHER = {
  uin: '2345678901',
  vid: '5200000000009999',
  name: 'Zoya Testmother Samplefamily',
  dateOfBirth: '1994/05/17',
  gender: 'Female'
}

const DEMOGRAPHICS = {
  dob: '1994/05/17',
  name: [{ language: 'eng', value: 'zoya  testmother Samplefamily' }],
  gender: [{ language: 'eng', value: 'female' }]
}

let clock: TestClock
let simulator: MosipSimulator

beforeEach(async () => {
  clock = new TestClock()
  simulator = createMosipSimulator({ clock, people: [MOTHER] })
  await simulator.start()
})
afterEach(() => simulator.stop())

type Changes = {
  demographics?: object
  outer?: Record<string, unknown>
  /** Hashed instead of what is sent. */
  digestOf?: string
  signer?: CertifiedKey
  encryptFor?: CertifiedKey
  /** Sent instead of what was signed. */
  rewrite?: (body: string) => string
  headers?: Record<string, string>
  path?: string
}

/** An authentication request, made after FACTS 4 step by step. */
async function authenticate(changes: Changes = {}): Promise<Answer> {
  const { ida } = simulator.connection
  const idaKey = changes.encryptFor ?? simulator.keys.ida
  const inner = JSON.stringify({
    biometrics: [],
    demographics: changes.demographics ?? DEMOGRAPHICS,
    otp: '',
    timestamp: new Date(NOW).toISOString()
  })
  const key = randomBytes(32)
  const seal = (text: string) => {
    const nonce = randomBytes(16)
    const cipher = createCipheriv('aes-256-gcm', key, nonce)
    const sealed = [cipher.update(text), cipher.final(), cipher.getAuthTag()]
    return Buffer.concat([...sealed, nonce]).toString('base64url')
  }
  const body = JSON.stringify({
    id: 'mosip.identity.auth',
    version: '1.0',
    individualId: MOTHER.uin,
    individualIdType: 'UIN',
    transactionID: '0123456789',
    requestTime: new Date(NOW).toISOString(),
    specVersion: '1.0',
    thumbprint: digest(derOf(idaKey)).toString('base64url'),
    domainUri: 'https://mosip.example',
    env: 'Developer',
    requestedAuth: { demo: false, pin: false, otp: false, bio: false },
    consentObtained: true,
    request: seal(inner),
    requestSessionKey: publicEncrypt(
      {
        key: idaKey.certificate,
        padding: constants.RSA_PKCS1_OAEP_PADDING,
        oaepHash: 'sha256'
      },
      key
    ).toString('base64url'),
    requestHMAC: seal(
      digest(changes.digestOf ?? inner)
        .toString('hex')
        .toUpperCase()
    ),
    ...changes.outer
  })
  const { mispLicenceKey, partnerApiKey, partnerId, url } = ida
  const path = changes.path ?? `${mispLicenceKey}/${partnerId}/${partnerApiKey}`
  return send(`${url}/${path}`, 'POST', changes.rewrite?.(body) ?? body, {
    authorization: 'Authorization',
    signature: signature(body, changes.signer ?? simulator.keys.partner),
    ...changes.headers
  })
}

function digest(data: string | Buffer): Buffer {
  return createHash('sha256').update(data).digest()
}

function derOf({ certificate }: CertifiedKey): Buffer {
  return Buffer.from(certificate.replace(/-----[^-]+-----|\s/g, ''), 'base64')
}

function signature(body: string, { certificate, privateKey }: CertifiedKey) {
  const encode = (text: string) => Buffer.from(text).toString('base64url')
  const header = encode(
    JSON.stringify({ alg: 'RS256', x5c: [encode(certificate)] })
  )
  const input = Buffer.from(`${header}.${encode(body)}`)
  const signed = sign('sha256', input, createPrivateKey(privateKey))
  return `${header}..${signed.toString('base64url')}`
}

async function codeOf(answer: Promise<Answer>): Promise<unknown> {
  const { body, status } = await answer
  expect(status).toBe(200)
  expect(body.response.authStatus).toBe(body.errors === undefined)
  return body.errors?.[0].errorCode
}

it('says yes to a person whose data match, by UIN and by VID', async () => {
  const { body } = await authenticate()
  const psut = simulator.person(MOTHER.uin)?.psut
  expect(body).toMatchObject({
    transactionID: '0123456789',
    response: { authStatus: true, authToken: psut }
  })
  const outer = { individualId: MOTHER.vid, individualIdType: 'VID' }
  expect(await codeOf(authenticate({ outer }))).toBeUndefined()
})

it('compares what was given alone', async () => {
  const { dob, name } = DEMOGRAPHICS
  expect(
    await codeOf(authenticate({ demographics: { dob, name } }))
  ).toBeUndefined()
  expect(await codeOf(authenticate({ demographics: {} }))).toBe('IDA-MLC-006')
})

it.each([
  ['date of birth', { dob: '1994/05/18' }],
  ['name', { name: [{ language: 'eng', value: 'Zoya Other' }] }],
  ['gender', { gender: [{ language: 'eng', value: 'male' }] }]
])('says no to another %s', async (_what, change) => {
  const demographics = { ...DEMOGRAPHICS, ...change }
  expect(await codeOf(authenticate({ demographics }))).toBe('IDA-DEA-001')
})

it.each<[string, string, () => Changes]>([
  ['IDA-MLC-002', 'no UIN', () => ({ outer: { individualId: '12' } })],
  [
    'IDA-MLC-018',
    'a UIN of nobody',
    () => ({ outer: { individualId: '9999999999' } })
  ],
  [
    'IDA-MLC-018',
    'a VID given as a UIN',
    () => ({
      outer: {
        individualId: simulator.addPerson({
          ...MOTHER,
          uin: '1111111111',
          vid: '2222222222'
        }).vid
      }
    })
  ],
  [
    'IDA-MLC-004',
    'a VID of nobody',
    () => ({
      outer: { individualId: '5200000000000000', individualIdType: 'VID' }
    })
  ],
  [
    'IDA-MLC-015',
    'another kind of number',
    () => ({ outer: { individualIdType: 'HANDLE' } })
  ],
  ['IDA-MLC-012', 'no consent', () => ({ outer: { consentObtained: false } })],
  ['IDA-MLC-006', 'no domain', () => ({ outer: { domainUri: '' } })],
  [
    'IDA-MLC-009',
    'another transaction id',
    () => ({ outer: { transactionID: '12' } })
  ],
  [
    'IDA-MLC-001',
    'another time',
    () => ({ outer: { requestTime: new Date(NOW - 3_600_000).toISOString() } })
  ],
  [
    'IDA-MPA-003',
    'a request for another certificate',
    () => ({ encryptFor: LAB_KEY })
  ],
  [
    'IDA-MPA-003',
    'another thumbprint',
    () => ({ outer: { thumbprint: 'AAAA' } })
  ],
  [
    'IDA-MPA-003',
    'something that is not encrypted',
    () => ({ outer: { request: 'AAAA' } })
  ],
  ['IDA-MPA-016', 'a digest of something else', () => ({ digestOf: 'else' })],
  ['IDA-MPA-001', 'no signature', () => ({ headers: { signature: 'none' } })],
  [
    'IDA-MPA-001',
    'bytes that are not those that were signed',
    () => ({ rewrite: (body) => body.replace('"otp":false', '"otp": false') })
  ],
  ['IDA-MPA-002', 'a signature by somebody else', () => ({ signer: LAB_KEY })],
  [
    'IDA-MPA-001',
    'the partner’s certificate with another’s signature',
    () => ({
      signer: { ...LAB_KEY, certificate: simulator.keys.partner.certificate }
    })
  ],
  ['IDA-MPA-007', 'another licence', () => ({ path: 'x/opencrvs-partner/x' })],
  [
    'IDA-MPA-009',
    'another partner',
    () => ({ path: `${simulator.connection.ida.mispLicenceKey}/x/x` })
  ]
])('answers %s to %s', async (code, _what, changes) => {
  expect(await codeOf(authenticate(changes()))).toBe(code)
})

it('says what a person’s script says, and what a number’s does', async () => {
  simulator.addPerson({ ...MOTHER, isDeactivated: true })
  expect(await codeOf(authenticate())).toBe('IDA-MLC-003')
  simulator.addPerson({ ...MOTHER, authenticationError: 'IDA-MLC-007' })
  expect(await codeOf(authenticate())).toBe('IDA-MLC-007')
  simulator.behave({
    authenticationError: (number) =>
      number === MOTHER.uin ? 'IDA-OTA-001' : undefined
  })
  expect(await codeOf(authenticate())).toBe('IDA-OTA-001')
})

it('takes requests from as far away as it is told', async () => {
  clock.at = NOW + 31 * 60_000
  expect(await codeOf(authenticate())).toBe('IDA-MLC-001')
  simulator.behave({ requestWindowMs: 3_600_000 })
  expect(await codeOf(authenticate())).toBeUndefined()
})

it('keeps secrets and people out of its log', async () => {
  await authenticate()
  const [entry] = simulator.log.of('ida')
  expect(entry).toMatchObject({ status: 200, method: 'POST' })
  const { mispLicenceKey, partnerApiKey } = simulator.connection.ida
  const text = JSON.stringify(simulator.log.entries)
  for (const secret of [mispLicenceKey, partnerApiKey, MOTHER.uin, 'Zoya']) {
    expect(text).not.toContain(secret)
  }
})
