import { randomBytes, randomUUID } from 'node:crypto'
import { atATime } from '../call'
import type { Scenario } from '../scenario'
import { sessionToken } from '../tokens'
import { givesStatus, isNot200 } from './form-answer'
import { redeemCall, signIn, type SignIn } from './sign-in'

/** Below what the server lets in at once (64). */
const SIGN_INS_AT_ONCE = 16

/** The form collects what came of a sign-in: each ticket once, each of another record. */
export const redeem: Scenario = {
  group: 'identity',
  variants: async ({ count, keys }) => {
    const token = sessionToken(keys.auth.privateKey)
    const signIns = Array.from({ length: count }, (): SignIn => ({
      eventId: randomUUID(),
      person: 'mother'
    }))
    return [
      {
        name: 'bare hapi (redeem)',
        server: 'bareHapi',
        calls: async () =>
          signIns.map((each) =>
            redeemCall(each, { ...unknownTicket(), token })
          ),
        refusal: isNot200
      },
      {
        name: 'redeem of a sign-in',
        server: 'identity',
        calls: (server) =>
          atATime(SIGN_INS_AT_ONCE, signIns, (each) =>
            signIn(server, each, token)
          ),
        refusal: givesStatus('authenticated')
      }
    ]
  }
}

/** Of the size of real ones, with their cookies. */
export function unknownTicket(): { ticket: string; cookie: string } {
  const id = randomBytes(8).toString('hex')
  const text = (bytes: number) => randomBytes(bytes).toString('base64url')
  return {
    ticket: `${id}.${text(32)}`,
    cookie: [
      `national-id-sign-ins=${id}`,
      `national-id-session-${id}=${text(32)}`,
      `national-id-sign-in-${id}=${text(600)}`
    ].join('; ')
  }
}
