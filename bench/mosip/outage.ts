import { recordedTrigger } from '../recorded-trigger'
import type { Scenario, Variant } from '../scenario'
import { notDeferred } from '../not-deferred'
import { countryWith } from './country'
import { peersWith } from './peers'

/** MOSIP's time for one call when it is slow. */
const SLOW_MS = 300

/** The way to the 202 with a MOSIP that is instant, slow and not there: its state must not be felt. */
export const outage: Scenario = {
  group: 'mosip',
  variants: async ({ count, keys }) => {
    const { privateKey } = keys.auth
    const instant = await peersWith({ delayMs: 0 })
    const slow = await peersWith({ delayMs: SLOW_MS })
    const recorded = recordedTrigger('REGISTER')
    const both: Pick<Variant, 'calls' | 'refusal'> = {
      calls: async () =>
        Array.from({ length: count }, () => recorded.call({ privateKey })),
      refusal: notDeferred
    }
    const ours = (name: string, mosip: Variant['mosip']): Variant => ({
      name: `trigger to 202, MOSIP ${name}`,
      server: 'mosip',
      ...(mosip === undefined ? {} : { mosip }),
      ...both
    })
    return [
      { name: 'bare hapi (MOSIP trigger)', server: 'bareHapi', ...both },
      ours('instant', countryWith(instant.url)),
      ours(`at ${SLOW_MS} ms a call`, countryWith(slow.url)),
      ours('down', countryWith(instant.url, true))
    ]
  }
}
