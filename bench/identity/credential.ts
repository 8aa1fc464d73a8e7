import { randomUUID } from 'node:crypto'
import * as jwt from 'jsonwebtoken'
import type { Call } from '../call'
import type { Scenario } from '../scenario'
import { sessionToken } from '../tokens'
import { givesStatus, isNot200 } from './form-answer'
import { formHeaders, PREFIX } from './form-page'
import { knownOf } from './people'

/** Who signs the credentials of the people, and the id of the key. */
export const CREDENTIAL_ISSUER = 'https://cards.example.org'
export const CREDENTIAL_KEY_ID = 'card-key-1'

/** The form has a scanned QR code's credential (ES256) checked: each call another card, of another record. */
export const credential: Scenario = {
  group: 'identity',
  variants: async ({ count, keys }) => {
    const token = sessionToken(keys.auth.privateKey)
    const calls = Array.from({ length: count }, () =>
      checkCall(newCard(keys.credentials.privateKey), token)
    )
    return [
      {
        name: 'bare hapi (identity check)',
        server: 'bareHapi',
        calls: async () => calls,
        refusal: isNot200
      },
      {
        name: 'identity check of a QR credential',
        server: 'identity',
        calls: async () => calls,
        refusal: givesStatus('verified')
      }
    ]
  }
}

function checkCall(card: string, token: string): Call {
  const query = new URLSearchParams({ credential: card, person: 'mother' })
  return {
    path: `${PREFIX}/identity-check?${query.toString()}`,
    headers: formHeaders(randomUUID(), token)
  }
}

function newCard(privateKey: string): string {
  const { name, dateOfBirth, sex, identifier } = knownOf('mother')
  const claims = {
    given_name: name?.firstname,
    family_name: name?.surname,
    birthdate: dateOfBirth,
    gender: sex,
    individual_id: identifier
  }
  return jwt.sign(claims, privateKey, {
    algorithm: 'ES256',
    keyid: CREDENTIAL_KEY_ID,
    issuer: CREDENTIAL_ISSUER,
    subject: randomUUID(),
    expiresIn: '365d'
  })
}
