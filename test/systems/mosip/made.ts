import { readFileSync } from 'node:fs'
import * as path from 'node:path'
import type { JsonObject } from '../../../src/domain/json'
import { mosip, type MosipOptions } from '../../../src/systems/mosip'
import type { NationalIdSystem } from '../../../src/systems/system'

/** A clock that a test moves. */
export class TestClock {
  at = Date.UTC(2026, 10, 23, 22, 56, 16, 777)

  now(): number {
    return this.at
  }
}

const FIXTURES = path.join(__dirname, '../../fixtures/mosip')

/** Parsed JSON whose shape the test that reads it knows. */
export type Loose = ReturnType<typeof JSON.parse>

/** A recorded or derived file. */
export function fixture(name: string): Loose {
  return JSON.parse(fixtureText(name))
}

function fixtureText(name: string): string {
  return readFileSync(path.join(FIXTURES, name), 'utf8')
}

export function fixtureBytes(name: string): Buffer {
  return readFileSync(path.join(FIXTURES, name))
}

/** Where MOSIP's services are, under its base address. */
export const TOKEN_PATH = '/v1/authmanager/authenticate/clientidsecretkey'
export const PACKET_PATH = '/commons/v1/packetmanager/createPacket'
export const WORKFLOW_PATH =
  '/registrationprocessor/v1/workflowmanager/workflowinstance'

export const BASE_URL = 'https://mosip.example.org'
export const HUB_SECRET = 'a hub secret for tests'
export const CALLBACK_URL =
  'https://register.example.org/national-id/confirmation'

export const ID_SCHEMA: JsonObject = fixture('id-schema.json')
export const CERTIFICATE = fixtureText('keys/mock-partner-cert.pem')
export const PRIVATE_KEY = fixtureText('keys/mock-partner-private-key.pem')

export const LAB_KEY = { certificate: CERTIFICATE, privateKey: PRIVATE_KEY }

/** What the record has besides the person's own attributes, as the options of an event send it. */
const ADDRESS = { addressLine1: { attribute: 'addressLine1' } } as const

export const WEBSUB: NonNullable<MosipOptions['websub']> = {
  hubUrl: 'https://hub.example.org/hub',
  client: { clientId: 'websub-client', secretKey: 'websub-secret' },
  partnerId: 'crvs-partner',
  secrets: HUB_SECRET,
  identifier: 'VID',
  keys: LAB_KEY
}

export const IDA: NonNullable<MosipOptions['ida']> = {
  url: 'https://ida.example.org/idauthentication/v1/auth',
  mispLicenceKey: 'labMispLicenceKey',
  partnerId: 'lab-partner',
  partnerApiKey: 'lab-api-key',
  certificate: CERTIFICATE,
  signingKey: LAB_KEY,
  domainUri: 'https://mosip.example',
  environment: 'Staging'
}

/** Options that are right, and a few changed ones. */
export function mosipOptions(
  changes: Partial<MosipOptions> = {}
): MosipOptions {
  return {
    baseUrl: BASE_URL,
    client: { clientId: 'lab-packet-client', secretKey: 'lab-packet-secret' },
    office: {
      centreId: '10001',
      machineId: '10004',
      officerId: 'crvs1',
      host: { name: 'crvs-lab', ip: '127.0.0.1' }
    },
    idSchema: { version: '0.100', schema: ID_SCHEMA },
    identifierField: 'VID',
    createIdentity: { fields: ADDRESS },
    updateIdentity: {},
    notifyDeath: {},
    websub: WEBSUB,
    ...changes
  }
}

export function mosipSystem(
  changes: Partial<MosipOptions> = {},
  clock = new TestClock()
): NationalIdSystem {
  return mosip(mosipOptions(changes)).create({
    clock,
    callbackUrl: CALLBACK_URL
  })
}

/** The error of a call that is expected to fail. */
export async function failureOf(call: Promise<unknown>): Promise<unknown> {
  const outcome = await call.then(
    () => 'no failure',
    (error: unknown) => error
  )
  expect(outcome).not.toBe('no failure')
  return outcome
}

/** All that an error would put into a log: its text, fields and causes. */
export function everythingIn(error: unknown): string {
  if (!(error instanceof Error)) return JSON.stringify(error) ?? ''
  const fields = JSON.stringify(Object.entries(error))
  return `${error.stack ?? ''} ${fields} ${everythingIn(error.cause)}`
}
