import { NEWBORN, eventually } from '../../integration/environment'
import {
  TRIGGER,
  call,
  pendingRegistration,
  refusalsIn
} from '../../integration/attacker'
import { signed } from './deliveries'
import {
  acceptances,
  expectAllRegistered,
  held,
  openCountry,
  registerBirths,
  subscribed,
  type Country
} from './country'

// The security probes of the integration that countries have today which no other test makes as they were made there.

const CONFIRMATION = '/national-id/confirmation'

let country: Country & { close(): Promise<void> }

beforeEach(async () => {
  country = await openCountry()
  await subscribed(country)
})

afterEach(() => country.close())

/** A delivery of the one who has the hub's secret, or of a stranger. */
async function deliver(
  body: string,
  secret?: string
): Promise<{ status: number; text: string }> {
  const signature = signed(body, secret).headers['x-hub-signature'] ?? ''
  const headers = secret === undefined ? {} : { 'x-hub-signature': signature }
  return call(country.environment, CONFIRMATION, { body, headers })
}

const hubSecret = () => country.mosip.connection.websub.secrets

describe('a body that makes no sense', () => {
  const topic = 'opencrvs-partner/CREDENTIAL_ISSUED'
  const event = (data: unknown) =>
    JSON.stringify({ topic, event: { id: 'm', timestamp: 't', data } })

  it.each<[string, string]>([
    ['is no JSON', 'registrationId=1'],
    ['is empty', ''],
    ['is null', 'null'],
    ['is an array', '[]'],
    ['is larger than a mebibyte', `"${'x'.repeat(1_100_000)}"`],
    ['has a number for a packet’s id', event({ registrationId: 1 })],
    ['has no credential', event({ registrationId: 'a' })],
    ['reaches for prototypes', '{"__proto__":{"polluted":true},"event":{}}'],
    [
      'has junk for a credential',
      event({
        registrationId: 'a',
        credentialType: 'vercred',
        credential: '!'.repeat(90_000)
      })
    ]
  ])(
    'because it %s is answered 4xx, whoever sends it, and changes nothing',
    async (_what, body) => {
      for (const secret of [undefined, hubSecret()]) {
        const { status, text } = await deliver(body, secret)
        expect(status).toBeGreaterThanOrEqual(400)
        expect(status).toBeLessThan(500)
        expect(text.length).toBeLessThan(200)
      }
      expect({}).not.toHaveProperty('polluted')
      expect(acceptances(country)).toBe(0)
      const { eventIds } = await registerBirths(country, 1)
      await expectAllRegistered(country, eventIds)
    }
  )
})

it('takes a trigger with a birth’s and a death’s number for the one event that it is', async () => {
  const { core, environment } = country
  const asked = await pendingRegistration(environment, NEWBORN)
  const { status } = await call(environment, TRIGGER, {
    token: core.recordToken(asked.target),
    body: JSON.stringify({
      ...asked.event,
      birthCertificateNumber: 'B-1',
      deathCertificateNumber: 'D-1'
    })
  })
  expect(status).toBe(202)
  await expectAllRegistered(country, [asked.event.id])
  const [applicationId = ''] = country.mosip.applicationIds
  const packet = country.mosip.packet(applicationId)
  expect(packet?.process).toBe('CRVS_NEW')
  expect(packet?.fields.birthCertificateNumber).toMatch(/^RN-/)
  expect(packet?.fields).not.toHaveProperty('deathCertificateNumber')
})

it('serves others while strangers flood it with credentials that cost a decryption', async () => {
  const credential = 'A'.repeat(3_000)
  const body = JSON.stringify({
    topic: 'opencrvs-partner/CREDENTIAL_ISSUED',
    event: {
      id: 'm',
      timestamp: new Date().toISOString(),
      data: { registrationId: 'a', credentialType: 'vercred', credential }
    }
  })
  let isFlooding = true
  let junk = 0
  async function stranger(): Promise<void> {
    while (isFlooding) {
      const { status } = await deliver(body, 'a secret of my own making')
      expect(status).toBe(401)
      junk += 1
    }
  }
  const strangers = Promise.all(Array.from({ length: 16 }, stranger))
  await eventually(
    () => junk,
    (count) => count > 50
  )
  const { eventIds, slowestMs, statuses } = await registerBirths(country, 5)
  await expectAllRegistered(country, eventIds)
  isFlooding = false
  await strangers
  expect(statuses).toEqual([202])
  // There it was 5.7 s for a single call.
  expect(slowestMs).toBeLessThan(2_000)
  expect(junk).toBeGreaterThan(50)
  expect(refusalsIn(country.environment, 'confirmation')).toBeGreaterThan(0)
})

it('is told nothing about strangers’ credentials by whoever has the certificate and a pending id', async () => {
  country.mosip.behave({ callbacks: { delivery: 'hold' } })
  const { eventIds } = await registerBirths(country, 1)
  await held(country, 1)
  const [applicationId = ''] = country.mosip.applicationIds
  const subject = { person: { vid: '6660006660006660', uin: '1', psut: '2' } }
  for (const forgery of ['unsigned', 'wrongSecret'] as const) {
    expect(
      await country.mosip.sendCredential(applicationId, subject, forgery)
    ).toBe(401)
  }
  // Even with the hub's secret: the issuer's key is pinned.
  const flaw = 'otherIssuer'
  expect(
    await country.mosip.sendCredential(applicationId, { ...subject, flaw })
  ).toBe(400)
  expect(acceptances(country)).toBe(0)
  await country.mosip.releaseMessages()
  await expectAllRegistered(country, eventIds)
  const nid = country.core.state(eventIds[0] ?? '')?.declaration['child.nid']
  expect(nid).not.toBe('6660006660006660')
})
