import type { RuleContext } from '../config/options'
import { identifierFieldOf, identifierOf, toPerson } from '../config/mapping'
import type { ResolvedEvent } from '../config/resolved'
import { newId } from '../internal/ids'
import { today } from '../internal/clock'
import { actionReference } from './new-delivery'
import type { Trigger } from './read-trigger'
import type { Runtime } from './runtime'

/** A rule may not hold core up for longer than this with a question to the ID system. */
const VERIFY_TIMEOUT_MS = 5_000

/** What the country's rules may look at. */
export function ruleContext(
  runtime: Runtime,
  event: ResolvedEvent,
  trigger: Trigger,
  statuses: RuleContext['statuses']
): RuleContext {
  const { clock, system } = runtime.delivery
  const { claims } = trigger
  return {
    event: trigger.event,
    action: actionReference(trigger),
    declaration: trigger.declaration,
    changes: trigger.changes,
    annotation: trigger.annotation,
    now: today(clock),
    user: {
      id: claims.sub,
      scopes: claims.scopes,
      ...(claims.role === undefined ? {} : { role: claims.role })
    },
    statuses,
    eventDocument: trigger.document,
    ...(system.capabilities.verify
      ? { verify: (prefix: string) => verify(runtime, event, trigger, prefix) }
      : {})
  }
}

function verify(
  runtime: Runtime,
  event: ResolvedEvent,
  trigger: Trigger,
  prefix: string
) {
  const identifierField = identifierFieldOf(event, prefix)
  const identifier = identifierOf({ identifierField }, trigger.declaration)
  return runtime.delivery.system.verify(
    {
      person: toPerson(event, trigger.declaration, prefix),
      reference: newId(),
      ...(identifier === undefined ? {} : { identifier })
    },
    {
      attempt: 1,
      timeoutMs: VERIFY_TIMEOUT_MS,
      signal: runtime.worker.signal
    }
  )
}
