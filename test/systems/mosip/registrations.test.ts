import { mosip, type MosipOptions } from 'opencrvs-national-id'
import {
  NEWBORN,
  answersTo,
  eventually,
  startEnvironment,
  type Changes,
  type Environment
} from '../../integration/environment'
import { HUB_SECRET, WEBSUB, mosipOptions } from './made'
import { credentialBody, signed, statusBody } from './deliveries'
import type { CredentialChanges } from './deliveries'
import { openSmallMosip, type SmallMosip } from './small-mosip'

const STATUS_TOPIC = 'PACKET_STATUS'

let other: SmallMosip
let environment: Environment

beforeEach(async () => {
  other = await openSmallMosip()
})

afterEach(async () => {
  await environment.stop()
  await other.close()
})

function system(websub: Partial<NonNullable<MosipOptions['websub']>> = {}) {
  return mosip(
    mosipOptions({
      baseUrl: other.url,
      createIdentity: { mandatory: ['fullName', 'dateOfBirth', 'gender'] },
      websub: {
        ...WEBSUB,
        hubUrl: `${other.url}/hub`,
        topics: { packetStatus: STATUS_TOPIC },
        ...websub
      }
    })
  )
}

async function start(changes: Changes = {}): Promise<void> {
  environment = await startEnvironment(system(), {
    ...changes,
    events: {
      birth: {
        subject: 'child',
        people: ['mother'],
        identifierField: 'child.nid',
        rules: {
          REGISTER: [{ name: 'every birth', then: { kind: 'createIdentity' } }]
        }
      },
      ...changes.events
    }
  })
}

async function register(): Promise<string> {
  const eventId = await environment.core.createDeclaredEvent('birth', NEWBORN)
  await environment.core.register(eventId)
  return eventId
}

/** A registration that MOSIP works on, with its application id. */
async function waiting(): Promise<{ eventId: string; aid: string }> {
  const before = other.minted.length
  const eventId = await register()
  await eventually(
    () => other.minted.length,
    (minted) => minted > before
  )
  return { eventId, aid: other.minted.at(-1) ?? '' }
}

async function post(
  body: object,
  path = '/national-id/confirmation',
  secret = HUB_SECRET
): Promise<number> {
  const { headers, rawBody } = signed(body, secret)
  const response = await fetch(`${environment.url}${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...definite(headers) },
    body: rawBody.toString('utf8')
  })
  return response.status
}

function definite(
  headers: Readonly<Record<string, string | undefined>>
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(headers).flatMap(([name, value]) =>
      value === undefined ? [] : [[name, value]]
    )
  )
}

/** The number that this registration's packet carried. */
function numberIn(aid: string): string {
  const packet = other.packets.find(({ request }) => request.id === aid)
  return packet.request.fields.birthCertificateNumber
}

function issue(aid: string, changes: Partial<CredentialChanges> = {}) {
  return credentialBody({
    aid,
    id: `issued-${aid}`,
    timestamp: new Date().toISOString(),
    subject: { VID: '5550001112', birthCertificateNumber: numberIn(aid) },
    ...changes
  })
}

const answers = (eventId: string) =>
  answersTo(environment.core, eventId, 'REGISTER')

async function accepted(eventId: string): Promise<void> {
  await eventually(
    () => answers(eventId),
    (rows) => rows.length > 0
  )
  expect(answers(eventId)).toHaveLength(1)
}

async function settle(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 200))
}

it('registers a birth with the number that MOSIP was told, and MOSIP’s identifier', async () => {
  await start()
  const { aid, eventId } = await waiting()
  const number = numberIn(aid)
  expect(number).toMatch(/^RN-\d+$/)
  expect(await post(issue(aid))).toBe(200)
  await accepted(eventId)
  const record = environment.core.state(eventId)
  expect(record?.declaration['child.nid']).toBe('5550001112')
  expect(JSON.stringify(record)).toContain(number)
})

it('takes a delivery at the address with a slash, and says so to the hub’s check', async () => {
  await start()
  const { aid, eventId } = await waiting()
  expect(await post(issue(aid), '/national-id/confirmation/')).toBe(200)
  await accepted(eventId)
  await eventually(
    () => other.subscriptions.length,
    (count) => count > 1
  )
  const callback = other.subscriptions[0]?.get('hub.callback')
  expect(callback).toBe('http://127.0.0.1/national-id/confirmation')
  const topic = encodeURIComponent('crvs-partner/CREDENTIAL_ISSUED')
  for (const path of ['confirmation', 'confirmation/']) {
    const query = `hub.mode=subscribe&hub.topic=${topic}&hub.challenge=abc`
    const response = await fetch(
      `${environment.url}/national-id/${path}?${query}`
    )
    expect([response.status, await response.text()]).toEqual([200, 'abc'])
  }
  const unsubscribe = `hub.mode=unsubscribe&hub.topic=${topic}&hub.challenge=abc`
  const refused = await fetch(
    `${environment.url}/national-id/confirmation?${unsubscribe}`
  )
  expect(refused.status).toBe(404)
})

describe('nothing is confirmed by', () => {
  it.each<[string, (aid: string) => object, number]>([
    [
      'a credential about another registration number',
      (aid) =>
        issue(aid, {
          subject: { VID: '1', birthCertificateNumber: 'another' }
        }),
      400
    ],
    [
      'a credential without the number that is configured',
      (aid) => issue(aid, { subject: { UIN: '1112223334' } }),
      400
    ],
    [
      'a credential for another packet',
      (aid) => issue(aid, { registrationId: 'another' }),
      400
    ],
    [
      'a packet that is only processed',
      (aid) => statusBody(aid, 'PROCESSED', {}, new Date().toISOString()),
      200
    ]
  ])('%s', async (_what, body, status) => {
    await start()
    const { aid, eventId } = await waiting()
    expect(await post(body(aid))).toBe(status)
    await settle()
    expect(answers(eventId)).toEqual([])
    expect(await post(issue(aid, { id: 'the right one' }))).toBe(200)
    await accepted(eventId)
  })

  it('whoever does not have the hub’s secret', async () => {
    await start()
    const { aid, eventId } = await waiting()
    const url = '/national-id/confirmation'
    expect(await post(issue(aid), url, 'a secret of my own making')).toBe(401)
    await settle()
    expect(answers(eventId)).toEqual([])
  })
})

it('asks the hub to come again about a packet that it does not know, and lets go of an old one', async () => {
  await start()
  const { aid } = await waiting()
  const unknown = { subject: { VID: '1' }, registrationId: 'x-1', aid: 'x-1' }
  expect(await post(issue(aid, unknown))).toBe(404)
  // An hour later it only holds back what comes behind it.
  const timestamp = new Date(Date.now() - 7_200_000).toISOString()
  expect(await post(issue(aid, { ...unknown, timestamp }))).toBe(200)
  expect(
    await post(issue(aid, { subject: { UIN: '1' }, timestamp, id: 'old' }))
  ).toBe(200)
})

it('confirms once, however often the credential comes', async () => {
  await start()
  const { aid, eventId } = await waiting()
  const statuses = await Promise.all([1, 2, 3, 4].map(() => post(issue(aid))))
  expect(statuses).toEqual([200, 200, 200, 200])
  await accepted(eventId)
  expect(await post(issue(aid))).toBe(200)
  expect(await post(issue(aid, { id: 'other', subject: { VID: '6' } }))).toBe(
    200
  )
  await settle()
  expect(answers(eventId)).toHaveLength(1)
  expect(environment.core.state(eventId)?.declaration['child.nid']).toBe(
    '5550001112'
  )
})

it('loses no credential that comes while core is down', async () => {
  await start()
  const births = [await waiting(), await waiting(), await waiting()]
  await environment.core.stop()
  for (const { aid } of births) expect(await post(issue(aid))).toBe(200)
  await settle()
  await environment.core.start()
  for (const { eventId } of births) await accepted(eventId)
})

it('tells core that MOSIP rejects a packet', async () => {
  await start()
  const { aid, eventId } = await waiting()
  const body = statusBody(aid, 'REJECTED', { errorCode: 'RPR-X-1' })
  expect(await post(body)).toBe(200)
  await eventually(
    () => answers(eventId),
    (rows) => rows.length > 0
  )
  expect(environment.core.state(eventId)?.status).not.toBe('REGISTERED')
})

describe('with MOSIP in trouble', () => {
  it('starts, and registers once MOSIP is back', async () => {
    other.isDown = true
    await start()
    const eventId = await register()
    await settle()
    other.isDown = false
    await eventually(
      () => other.minted.length,
      (minted) => minted > 0
    )
    const [aid = ''] = other.minted
    expect(await post(issue(aid))).toBe(200)
    await accepted(eventId)
  })

  it.each([
    ['packet', 'KER-PUT-013'],
    ['workflow', 'RPR-WIS-000']
  ] as const)(
    'mints one identity when the %s step fails with %s in a 200',
    async (step, code) => {
      await start()
      other.fail[step] = code
      const { aid, eventId } = await waiting()
      const ids = other.packets.map(({ request }) => request.id)
      expect(new Set(ids)).toEqual(new Set([aid]))
      // The number is the same on every attempt, too.
      const numbers = other.packets.map(
        ({ request }) => request.fields.birthCertificateNumber
      )
      expect(new Set(numbers).size).toBe(1)
      expect(await post(issue(aid))).toBe(200)
      await accepted(eventId)
      expect(other.minted).toEqual([aid])
    }
  )

  it('mints one identity through many restarts', async () => {
    await start()
    other.isSilent = true
    const eventId = await register()
    await eventually(
      () => environment.lines.length,
      (count) => count > 0
    )
    await environment.restart()
    await environment.restart()
    other.isSilent = false
    await eventually(
      () => other.minted.length,
      (minted) => minted > 0,
      20_000
    )
    await settle()
    expect(new Set(other.minted).size).toBe(1)
    const [aid = ''] = other.minted
    expect(await post(issue(aid))).toBe(200)
    await accepted(eventId)
  })
})

it('keeps personal data, secrets and numbers out of the log', async () => {
  await start()
  const { aid, eventId } = await waiting()
  await post(issue(aid, { subject: { UIN: '9998887776' } }))
  await post(issue(aid, { registrationId: 'other' }))
  await post(issue(aid))
  await accepted(eventId)
  const text = JSON.stringify(environment.lines)
  for (const secret of [
    'Juno',
    'Exampleson',
    '5550001112',
    '9998887776',
    HUB_SECRET,
    'lab-packet-secret',
    'websub-secret'
  ]) {
    expect([secret, text.includes(secret)]).toEqual([secret, false])
  }
})
