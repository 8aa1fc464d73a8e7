import { generateKeyPairSync, randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import * as path from 'node:path'
import * as jwt from 'jsonwebtoken'

/** One trigger call, ready to be sent. */
export type TriggerCall = { body: string; token: string }

const FIXTURE = path.join(
  process.cwd(),
  'test/fixtures/opencrvs/trigger-birth-REGISTER.json'
)

/** A key pair as OpenCRVS's auth service has one. */
export function createKeys(): { publicKey: string; privateKey: string } {
  return generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' }
  })
}

/** The recorded REGISTER trigger, as many times as wanted, each for another record. */
export function createTriggers(
  count: number,
  privateKey: string
): TriggerCall[] {
  const recorded = readFileSync(FIXTURE, 'utf8')
  const event = JSON.parse(recorded) as {
    id: string
    actions: Array<{ id: string; status: string }>
  }
  const pending = event.actions.at(-1)
  if (pending?.status !== 'Requested') throw new Error('unexpected fixture')
  return Array.from({ length: count }, () => {
    const eventId = randomUUID()
    const actionId = randomUUID()
    const body = recorded
      .replaceAll(event.id, eventId)
      .replaceAll(pending.id, actionId)
    return {
      body: JSON.stringify(JSON.parse(body)),
      token: recordToken(eventId, actionId, privateKey)
    }
  })
}

function recordToken(
  eventId: string,
  actionId: string,
  privateKey: string
): string {
  const claims = {
    scope: [
      'type=record.confirm-registration',
      'type=record.reject-registration',
      'type=record.read'
    ],
    eventId,
    actionId,
    userType: 'user'
  }
  return jwt.sign(claims, privateKey, {
    algorithm: 'RS256',
    issuer: 'opencrvs:auth-service',
    audience: [
      'opencrvs:gateway-user',
      'opencrvs:events-user',
      'opencrvs:countryconfig-user'
    ],
    subject: randomUUID(),
    expiresIn: '7d'
  })
}
