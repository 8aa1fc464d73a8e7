import { createHash } from 'node:crypto'
import { readFileSync, readdirSync } from 'node:fs'
import * as path from 'node:path'
import type { Server } from '@hapi/hapi'
import Database from 'better-sqlite3'
import fc from '../../fast-check'
import { NEWBORN, answersTo, eventually } from '../../integration/environment'
import {
  TRIGGER,
  call,
  pendingRegistration,
  recordedTrigger
} from '../../integration/attacker'
import { held, openCountry, subscribed, type Country } from './country'

/** Texts that are in no program and no stack trace, and long enough not to be found by chance. */
const word = fc.stringMatching(/^[A-Z][a-z]{8,14}[A-Z]$/)
const digits = (count: number) =>
  fc.stringMatching(new RegExp(`^[1-9]\\d{${count - 1}}$`))
const secret = fc.stringMatching(/^[A-Za-z0-9]{40}$/)

const human = fc.record({
  firstname: word,
  surname: word,
  uin: digits(10),
  vid: digits(16)
})

type Human = { firstname: string; surname: string; uin: string; vid: string }

const family = fc.record({
  child: human,
  renamed: word,
  mother: human,
  father: human,
  deceased: human,
  phone: digits(10),
  email: word.map((name) => `${name}@example.org`)
})

type Family = typeof family extends fc.Arbitrary<infer Value> ? Value : never

const secrets = fc.record({
  packetSecret: secret,
  websubSecret: secret,
  hubSecret: secret,
  licence: secret,
  apiKey: secret,
  encryption: secret,
  metrics: secret,
  coreClient: secret
})

type Secrets = typeof secrets extends fc.Arbitrary<infer Value> ? Value : never

const INFANT_DOB = `${new Date().getFullYear() - 2}-03-07`
const ADULT_DOB = '1987-08-19'

const NUMBERS: string[] = []
/** What hapi itself tells a country's own listeners: addresses and errors. */
const told: string[] = []
const tokens = new Set<string>()

let country: Country & { close(): Promise<void> }
let ownSecrets: Secrets

afterEach(() => country.close())

function listen(server: Server): void {
  server.ext('onRequest', (request, h) => {
    const { authorization } = request.raw.req.headers
    const [, token] = (authorization ?? '').split(' ')
    if (token !== undefined) tokens.add(token)
    return h.continue
  })
  server.events.on('response', ({ method, url }) => {
    told.push(`${method} ${url.pathname}${url.search}`)
  })
  server.events.on({ name: 'request' }, (_request, event) => {
    told.push(JSON.stringify(event), errorIn(event.error))
  })
  server.events.on('log', (event) => {
    told.push(JSON.stringify(event), errorIn(event.error))
  })
}

function errorIn(error: unknown): string {
  return error instanceof Error
    ? `${error.stack ?? ''} ${errorIn(error.cause)}`
    : JSON.stringify(error ?? null)
}

async function start(own: Secrets): Promise<void> {
  ownSecrets = own
  const client = { clientId: 'national-id', clientSecret: own.coreClient }
  const person = { purpose: 'MOSIP tells the family' }
  country = await openCountry({
    mosip: {
      hubSecret: own.hubSecret,
      client: { clientId: 'a', secretKey: own.packetSecret, appId: 'admin' },
      websubClient: {
        clientId: 'b',
        secretKey: own.websubSecret,
        appId: 'admin'
      },
      ida: { mispLicenceKey: own.licence, partnerApiKey: own.apiKey }
    },
    system: {
      timeoutMs: 5_000,
      createIdentity: {
        mandatory: ['fullName', 'dateOfBirth', 'gender'],
        fields: {
          phone: { attribute: 'phone' },
          email: { attribute: 'email' }
        }
      }
    },
    country: {
      core: { systemClients: [client] },
      opencrvs: { systemClient: client },
      secrets: { encryption: own.encryption },
      metrics: { token: own.metrics },
      operations: { scope: 'record.reject' },
      prepare: listen,
      registrationNumber: ({ action }) => {
        // Its own, and no part of an id that may be written down.
        const digest = createHash('sha256').update(action.id).digest('hex')
        const number = `N-${digest.slice(0, 16)}`
        NUMBERS.push(number)
        return number
      },
      events: {
        birth: {
          subject: 'child',
          people: ['mother', 'father'],
          verification: { actions: ['REGISTER'], people: ['mother', 'father'] },
          attributes: {
            more: {
              phone: { from: 'informant.phoneNo', ...person },
              email: { from: 'informant.email', ...person }
            }
          },
          rules: {
            REGISTER: [
              { name: 'every birth', then: { kind: 'createIdentity' } }
            ],
            APPROVE_CORRECTION: [
              { name: 'every update', then: { kind: 'updateIdentity' } }
            ]
          }
        },
        death: {
          subject: 'deceased',
          rules: {
            REGISTER: [{ name: 'every death', then: { kind: 'notifyDeath' } }]
          }
        }
      }
    }
  })
  country.mosip.behave({ statuses: ['REJECTED'] })
  await subscribed(country)
}

function fields(prefix: string, { firstname, surname }: Human, dob: string) {
  return {
    [`${prefix}.name`]: { firstname, surname },
    [`${prefix}.dob`]: dob,
    [`${prefix}.gender`]: 'female'
  }
}

function birthOf(who: Family) {
  return {
    ...fields('child', who.child, INFANT_DOB),
    ...fields('mother', who.mother, ADULT_DOB),
    'mother.nid': who.mother.uin,
    ...fields('father', who.father, ADULT_DOB),
    'father.nid': who.father.uin,
    'informant.phoneNo': who.phone,
    'informant.email': who.email
  }
}

/** Somebody whom MOSIP knows by these data. */
function known({ firstname, surname, uin, vid }: Human): void {
  country.mosip.addPerson({
    name: `${firstname} ${surname}`,
    dateOfBirth: ADULT_DOB.replaceAll('-', '/'),
    gender: 'female',
    uin,
    vid
  })
}

async function answered(eventId: string, type = 'REGISTER'): Promise<string[]> {
  return eventually(
    () => answersTo(country.core, eventId, type),
    (rows) => rows.length > 0,
    20_000
  )
}

async function registered(who: Family): Promise<string> {
  const eventId = await country.core.createDeclaredEvent('birth', birthOf(who))
  await country.core.register(eventId)
  return eventId
}

/** MOSIP's own words may be about the person. */
async function birthWithTrouble(who: Family): Promise<string> {
  const { errors } = country.mosip
  const message = `${JSON.stringify(who)} is not wanted`
  errors.add('createPacket', { code: 'KER-PUT-013', message })
  errors.add('workflow', { code: 'RPR-WIN-002', message })
  errors.add('ida', { code: 'IDA-MLC-007', message })
  country.core.faults.add('accept', { kind: 'status', status: 503 })
  const eventId = await registered(who)
  expect(await answered(eventId)).toEqual(['Accepted'])
  expect(
    country.core.state(eventId)?.declaration['mother.verified']
  ).toBeDefined()
  return eventId
}

async function update(eventId: string, who: Family): Promise<void> {
  const { core, mosip } = country
  const before = mosip.ledger.of('updated').length
  const name = { firstname: who.renamed, surname: who.child.surname }
  await core.requestCorrection(eventId, { 'child.name': name })
  await core.approveCorrection(eventId)
  await eventually(
    () => mosip.ledger.of('updated').length,
    (count) => count > before
  )
}

async function death(who: Family): Promise<void> {
  const { core, mosip } = country
  known(who.deceased)
  const eventId = await core.createDeclaredEvent('death', {
    ...fields('deceased', who.deceased, ADULT_DOB),
    'deceased.nid': who.deceased.vid
  })
  await core.register(eventId)
  await eventually(
    () => mosip.person(who.deceased.vid)?.isDeceased,
    (isDeceased) => isDeceased === true
  )
}

async function rejection(who: Family): Promise<void> {
  const reason = `${who.child.firstname} ${who.child.surname} is known as ${who.child.uin}`
  country.mosip.behave({ refuse: () => ({ code: 'RPR-CRVS-1', reason }) })
  expect(await answered(await registered(who))).toEqual(['Rejected'])
  country.mosip.behave({ refuse: () => undefined })
}

async function outage(who: Family): Promise<void> {
  await country.mosip.disappear()
  const eventId = await registered(who)
  await country.mosip.start()
  country.mosip.expireTokens()
  expect(await answered(eventId)).toEqual(['Accepted'])
}

/** A value that MOSIP's schema does not take parks the delivery, by the name of the field. */
async function parked(who: Family): Promise<void> {
  const lines = () =>
    country.environment.lines.filter(({ message }) =>
      message.startsWith('delivery needs a person')
    ).length
  const before = lines()
  await registered({ ...who, phone: `${who.phone}${who.phone}` })
  await eventually(lines, (count) => count > before)
}

async function forgeries(who: Family): Promise<void> {
  const { mosip } = country
  mosip.behave({ callbacks: { delivery: 'hold' } })
  const eventId = await registered(who)
  await held(country, 1)
  const applicationId = mosip.applicationIds.at(-1) ?? ''
  const about = { person: { ...who.child, psut: who.child.uin } }
  for (const forgery of ['unsigned', 'wrongSecret', 'tampered'] as const) {
    await mosip.sendCredential(applicationId, about, forgery)
  }
  for (const flaw of [
    'otherCertificate',
    'tampered',
    'missingIdentifier',
    'otherSubject',
    'otherRegistrationNumber',
    'otherIssuer',
    'noProof',
    'foreignApplicationId'
  ] as const) {
    await mosip.sendCredential(applicationId, { ...about, flaw })
  }
  mosip.behave({ callbacks: { delivery: 'send' } })
  await mosip.releaseMessages()
  expect(await answered(eventId)).toEqual(['Accepted'])
}

/** Triggers that are refused, and bodies that are no JSON but about people all the same. */
async function strangers(who: Family): Promise<void> {
  const { core, environment } = country
  const body = JSON.stringify(who)
  const asked = await pendingRegistration(environment, NEWBORN)
  const foreign = core.recordToken(recordedTrigger().target)
  for (const token of [foreign, who.mother.surname, undefined]) {
    await call(environment, TRIGGER, { token, body })
  }
  const token = core.recordToken(asked.target)
  for (const bad of [body, body.slice(1), `${body}${body}`]) {
    await call(environment, TRIGGER, { token, body: bad })
  }
  await call(environment, '/national-id/confirmation', { body })
  await call(environment, '/national-id/confirmation', {
    body: body.slice(1),
    headers: { 'x-hub-signature': `sha256=${who.child.uin}` }
  })
}

async function everythingWritten(): Promise<string> {
  const { core, environment, mosip } = country
  const metrics = await call(environment, '/national-id/metrics', {
    method: 'GET',
    token: ownSecrets.metrics
  })
  const operations = await call(environment, '/national-id/deliveries', {
    method: 'GET',
    token: core.userToken()
  })
  expect([metrics.status, operations.status]).toEqual([200, 200])
  // Our own calls; the addresses of ID Authentication are made of the licence key and the partner's key (FACTS 4).
  const addresses = [...core.log.entries, ...mosip.log.entries]
    .filter(({ kind }) => kind !== 'ida')
    .map((entry) => `${entry.method} ${entry.path}`)
  return [
    JSON.stringify(environment.lines),
    told.join('\n'),
    addresses.join('\n'),
    metrics.text,
    operations.text,
    audit()
  ].join('\n')
}

function audit(): string {
  const file = path.join(country.environment.folder, 'national-id.db')
  const database = new Database(file, { readonly: true })
  const rows = database.prepare('select * from national_id_audit').all()
  database.close()
  return JSON.stringify(rows)
}

/** The database and the files beside it, byte for byte. */
function onDisk(): string {
  const { folder } = country.environment
  return readdirSync(folder)
    .map((file) => readFileSync(path.join(folder, file), 'latin1'))
    .join('\n')
}

/** A value, its parts, and what an encoding makes of it. */
function formsOf(value: string): string[] {
  const parts = value.split(/[\s@.+-]/).filter((part) => part.length >= 7)
  const encoded = Buffer.from(value).toString('base64').replace(/=+$/, '')
  const date = value.replaceAll('-', '/')
  return [value, date, encodeURIComponent(value), encoded, ...parts]
}

function personalIn(who: Family): string[] {
  const people = [who.child, who.mother, who.father, who.deceased]
  const { person } = country.mosip
  const issued = country.mosip.ledger.entries.flatMap(({ uin, vid, psut }) => [
    uin,
    vid,
    psut,
    person(uin)?.name ?? uin
  ])
  return [
    ...people.flatMap((each) => Object.values(each)),
    who.renamed,
    who.phone,
    who.email,
    INFANT_DOB,
    ADULT_DOB,
    ...issued,
    ...NUMBERS
  ]
}

function secretsOf(): string[] {
  const { keys } = country.mosip
  const privateLines = Object.values(keys).flatMap(({ privateKey }) =>
    privateKey.split('\n').slice(1, 3)
  )
  const signatures = [...tokens].map((token) => token.split('.').at(-1) ?? '')
  return [
    ...Object.values(ownSecrets),
    ...tokens,
    ...signatures,
    ...privateLines
  ]
}

/** Values that are found, each with what stands around it. */
function leaksIn(text: string, values: readonly string[]): string[] {
  return [...new Set(values)]
    .filter((value) => value.length >= 7 && text.includes(value))
    .map((value) => {
      const at = text.indexOf(value)
      return `${value}: ${text.slice(Math.max(0, at - 80), at + 80)}`
    })
}

describe('what is written down about births, verifications, updates, deaths, rejections, outages and forgeries', () => {
  it('holds nothing personal and nothing secret: no log, error, metric, audit entry, address or file', async () => {
    const consoles = (['log', 'info', 'warn', 'error', 'debug'] as const).map(
      (name) =>
        jest.spyOn(console, name).mockImplementation((...words) => {
          told.push(JSON.stringify(words))
        })
    )
    const [own] = fc.sample(secrets, 1)
    if (own === undefined) throw new Error('no secrets')
    await start(own)
    await fc.assert(
      fc.asyncProperty(family, async (who) => {
        known(who.mother)
        const eventId = await birthWithTrouble(who)
        await update(eventId, who)
        await death(who)
        await rejection(who)
        await outage(who)
        await parked(who)
        await forgeries(who)
        await strangers(who)
        const text = await everythingWritten()
        // It looks in the right places.
        for (const sign of [
          'delivery needs a person',
          'delivery is tried again later',
          'delivery.submitted',
          'post /national-id/confirmation',
          'PUT /commons/v1/packetmanager/createPacket',
          'identity.verified',
          'national_id_'
        ]) {
          expect([sign, text.includes(sign)]).toEqual([sign, true])
        }
        const values = [...personalIn(who), ...secretsOf()].flatMap(formsOf)
        expect(values.length).toBeGreaterThan(100)
        expect(leaksIn(text, values)).toEqual([])
        expect(leaksIn(onDisk(), values)).toEqual([])
      }),
      { numRuns: 2, endOnFailure: true }
    )
    for (const each of consoles) each.mockRestore()
  }, 90_000)
})
