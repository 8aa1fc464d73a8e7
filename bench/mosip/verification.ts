import type { Answer } from '../call'
import { isNot200 } from '../identity/form-answer'
import { recordedTrigger } from '../recorded-trigger'
import type { Scenario } from '../scenario'
import { countryWith } from './country'
import { peersWith } from './peers'

const CLAIM = 'mother.verified'

/** A declaration whose mother is asked about: encrypted, signed and sent to ID Authentication, answered, written down. */
export const verification: Scenario = {
  group: 'mosip',
  variants: async ({ count, keys }) => {
    const { url } = await peersWith({ delayMs: 0 })
    const recorded = recordedTrigger('DECLARE')
    const declaration = { ...recorded.declaration, [CLAIM]: 'pending' }
    const { privateKey } = keys.auth
    const calls = async () =>
      Array.from({ length: count }, () =>
        recorded.call({ declaration, privateKey })
      )
    return [
      {
        name: 'bare hapi (verification)',
        server: 'bareHapi',
        calls,
        refusal: ({ status }) =>
          status === 202 ? undefined : `has the status ${status}, not 202`
      },
      {
        name: 'verification by MOSIP',
        server: 'mosip',
        mosip: countryWith(url),
        calls,
        refusal: isNotVerified
      }
    ]
  }
}

/** Only what ID Authentication has said yes to is `verified`. */
export function isNotVerified(answer: Answer): string | undefined {
  return (
    isNot200(answer) ??
    (answer.body.includes(`"${CLAIM}":"verified"`)
      ? undefined
      : 'does not say that the mother is verified')
  )
}
