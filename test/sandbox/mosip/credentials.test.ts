import { X509Certificate, createHash } from 'node:crypto'
import { createRequire } from 'node:module'
import {
  createMosipSimulator,
  type MosipCredentialFlaw,
  type MosipSimulator,
  type MosipSimulatorOptions
} from '../../../src/sandbox'
import type { Recorded } from '../recording'
import { CHILD, TestClock, clientOf, type Client } from './client'
import {
  isDetachedBy,
  isProvenOverJcs,
  openCredential,
  thumbprintIn,
  thumbprintOf
} from './open-credential'
import { LAB_KEY, recorded } from './recorded'
import { startSubscriber, type Subscriber } from './subscriber'

let simulator: MosipSimulator
let client: Client
let subscriber: Subscriber

beforeEach(async () => {
  subscriber = await startSubscriber(() => simulator.connection.websub.secrets)
  await start()
})
afterEach(async () => {
  await simulator.stop()
  await subscriber.close()
})

async function start(options: MosipSimulatorOptions = {}): Promise<void> {
  await simulator?.stop()
  simulator = createMosipSimulator({ clock: new TestClock(), ...options })
  await simulator.start()
  client = clientOf(simulator)
  await client.subscribe(subscriber.url)
  await simulator.idle()
}

/** The data of the credential that is issued for a new packet. */
async function issued(applicationId = 'a-1'): Promise<Recorded> {
  await client.register(applicationId)
  await simulator.idle()
  return subscriber.received.at(-1)?.body.event.data
}

const opened = (data: Recorded) =>
  openCredential(data.credential, simulator.keys.partner.privateKey)

it('opens by the same routine as the recorded one', () => {
  const { credentialBase64, decrypted } = recorded(
    'websub-credential-encrypted.json'
  )
  expect(openCredential(credentialBase64, LAB_KEY.privateKey)).toEqual(
    decrypted
  )
  expect(isProvenOverJcs(decrypted, LAB_KEY)).toBe(true)
})

it('makes certificates that others can read, of the keys that it gives', () => {
  const { ida, issuer, partner } = simulator.keys
  const texts = [ida, issuer, partner].map(({ certificate }) => certificate)
  expect(new Set(texts).size).toBe(3)
  for (const text of texts) {
    const certificate = new X509Certificate(text)
    expect(certificate.verify(certificate.publicKey)).toBe(true)
    expect(certificate.subject).toMatch(/^CN=\w+\.mosip-simulator\.example$/)
    const days =
      (Date.parse(certificate.validTo) - Date.parse(certificate.validFrom)) /
      86_400_000
    expect(days).toBe(3651)
  }
})

it('issues what was recorded: subject, issuer, context and proof', async () => {
  const data = await issued()
  const { decrypted } = recorded('websub-credential-encrypted.json')
  const credential = opened(data)
  expect(Object.keys(credential).sort()).toEqual(Object.keys(decrypted).sort())
  for (const name of ['@context', 'issuer', 'type']) {
    expect(credential[name]).toEqual(decrypted[name])
  }
  const { jws: ours, ...proof } = credential.proof
  const { jws: theirs, ...recordedProof } = decrypted.proof
  const header = (jws: string) =>
    Buffer.from(jws.split('.')[0] ?? '', 'base64url').toString()
  expect(JSON.parse(header(ours))).toEqual(JSON.parse(header(theirs)))
  const { created } = proof
  expect(proof).toEqual({ ...recordedProof, created })
})

it('names the packet, the certificate number and the shared number', async () => {
  const data = await issued()
  const { vid } = simulator.ledger.issuedFor('a-1') ?? {}
  expect(opened(data).credentialSubject).toEqual({
    birthCertificateNumber: CHILD.birthCertificateNumber,
    VID: vid,
    id: 'http://credential.idrepo/credentials/a-1',
    vcVer: 'VC-V1'
  })
  expect(data.registrationId).toBe('a-1')
})

it('shares the numbers that the policy names', async () => {
  await start({ share: ['UIN', 'PSUT'] })
  const { PSUT, UIN, VID } = opened(await issued()).credentialSubject
  const entry = simulator.ledger.issuedFor('a-1')
  expect({ PSUT, UIN, VID }).toEqual({
    PSUT: entry?.psut,
    UIN: entry?.uin,
    VID: undefined
  })
  expect(PSUT).toMatch(/^\d{36}$/)
  expect(simulator.connection.websub.identifier).toBe('UIN')
})

it('encrypts for the partner’s certificate and signs with the issuer’s key', async () => {
  const data = await issued()
  const { issuer, partner } = simulator.keys
  expect(thumbprintIn(data.credential)).toBe(thumbprintOf(partner))
  const credential = opened(data)
  expect(isProvenOverJcs(credential, issuer)).toBe(true)
  expect(isProvenOverJcs(credential, partner)).toBe(false)
  expect(isProvenOverJcs({ ...credential, more: 1 }, issuer)).toBe(false)
})

it('says what kind it is', async () => {
  simulator.behave({ credentialType: 'euin' })
  expect((await issued()).credentialType).toBe('euin')
})

/** How each flaw shows on the wire. */
const FLAWS: Record<MosipCredentialFlaw, (data: Recorded) => void> = {
  otherCertificate: (data) => {
    expect(thumbprintIn(data.credential)).toMatch(/^[0-9a-f]{64}$/)
    expect(thumbprintIn(data.credential)).not.toBe(
      thumbprintOf(simulator.keys.partner)
    )
    expect(() => opened(data)).toThrow()
  },
  zeroThumbprint: (data) => {
    expect(thumbprintIn(data.credential)).toBe('00'.repeat(32))
    expect(opened(data).credentialSubject.VID).toMatch(/^\d{16}$/)
  },
  tampered: (data) => {
    expect(thumbprintIn(data.credential)).toBe(
      thumbprintOf(simulator.keys.partner)
    )
    expect(() => opened(data)).toThrow()
  },
  missingIdentifier: (data) =>
    expect(Object.keys(opened(data).credentialSubject).sort()).toEqual([
      'birthCertificateNumber',
      'id',
      'vcVer'
    ]),
  foreignApplicationId: (data) => {
    expect(data.registrationId).not.toBe('a-1')
    expect(simulator.packet(data.registrationId)).toBeUndefined()
    expect(opened(data).credentialSubject.id).toMatch(
      new RegExp(`/${data.registrationId}$`)
    )
  },
  otherSubject: (data) => {
    expect(data.registrationId).toBe('a-1')
    expect(opened(data).credentialSubject.id).not.toMatch(/a-1$/)
  },
  otherRegistrationNumber: (data) =>
    expect(opened(data).credentialSubject.birthCertificateNumber).not.toBe(
      CHILD.birthCertificateNumber
    ),
  otherIssuer: (data) => {
    const credential = opened(data)
    expect(isProvenOverJcs(credential, simulator.keys.issuer)).toBe(false)
    expect(credential.proof.jws).toMatch(/^[\w-]+\.\.[\w-]{342}$/)
  },
  noProof: (data) => expect(opened(data).proof).toBeUndefined()
}

// The keys of a record with every flaw as its keys.
const ALL_FLAWS = Object.keys(FLAWS) as MosipCredentialFlaw[]

it.each(ALL_FLAWS)('can be flawed on purpose: %s', async (flaw) => {
  simulator.behave({ flaw: (id) => (id === 'a-1' ? flaw : undefined) })
  FLAWS[flaw](await issued('a-1'))
  const right = opened(await issued('b-1'))
  expect(right.credentialSubject.VID).toMatch(/^\d{16}$/)
  expect(isProvenOverJcs(right, simulator.keys.issuer)).toBe(true)
})

it('can be about anybody and anything', async () => {
  const person = { uin: '1', vid: '2', psut: '3' }
  await simulator.sendCredential('x-1', {
    person,
    registrationNumber: 'R-1',
    credentialType: 'other'
  })
  const { data } = subscriber.received[0]?.body.event ?? {}
  expect(data).toMatchObject({ registrationId: 'x-1', credentialType: 'other' })
  expect(opened(data).credentialSubject).toMatchObject({
    VID: '2',
    birthCertificateNumber: 'R-1'
  })
})

describe('a proof over URDNA2015', () => {
  const digest = (text: string) => createHash('sha256').update(text).digest()

  it('is over the digests of the proof’s and the document’s canonical form', async () => {
    const forms: string[] = []
    await start({
      proof: {
        canonize: async (document) => {
          forms.push(`form of ${JSON.stringify(document)}`)
          return forms.at(-1) ?? ''
        }
      }
    })
    const { proof, ...document } = opened(await issued())
    const { jws, ...options } = proof
    expect(forms).toEqual([
      `form of ${JSON.stringify({ '@context': document['@context'], ...options })}`,
      `form of ${JSON.stringify(document)}`
    ])
    const payload = Buffer.concat(forms.map(digest))
    expect(isDetachedBy(jws, payload, simulator.keys.issuer)).toBe(true)
    expect(simulator.connection.websub.proof).toBeUndefined()
  })

  const ifJsonLd = isInstalled('jsonld') ? it : it.skip

  ifJsonLd('works with a JSON-LD library (needs jsonld)', async () => {
    const jsonld: Recorded = createRequire(__filename)('jsonld')
    const context = { '@vocab': 'https://mosip.example/terms#' }
    const canonize = (document: object): Promise<string> =>
      jsonld.canonize(
        { ...document, '@context': context },
        { algorithm: 'URDNA2015', format: 'application/n-quads' }
      )
    await start({ proof: { canonize } })
    const { proof, ...document } = opened(await issued())
    const { jws, ...options } = proof
    const payload = Buffer.concat([
      digest(await canonize(options)),
      digest(await canonize(document))
    ])
    expect(isDetachedBy(jws, payload, simulator.keys.issuer)).toBe(true)
  })
})

/** Whether a package that is not ours is there. */
function isInstalled(name: string): boolean {
  try {
    createRequire(__filename).resolve(name)
    return true
  } catch {
    return false
  }
}
