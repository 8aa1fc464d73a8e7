import type { Answer } from './call'
import { recordedTrigger } from './recorded-trigger'
import type { Scenario } from './scenario'

/** From the trigger of a registration to the 202 that is on disk. */
export const trigger: Scenario = {
  group: 'trigger',
  variants: async ({ count, keys }) => {
    const { privateKey } = keys.auth
    const recorded = recordedTrigger('REGISTER')
    const calls = Array.from({ length: count }, () =>
      recorded.call({ privateKey })
    )
    const both = { calls: async () => calls, refusal: notDeferred }
    return [
      { name: 'bare hapi (trigger)', server: 'bareHapi', ...both },
      { name: 'trigger to 202', server: 'trigger', ...both }
    ]
  }
}

/** Why an answer is no 202. */
export function notDeferred({ status }: Answer): string | undefined {
  return status === 202 ? undefined : `has the status ${status}, not 202`
}
