import { toPerson } from '../config/mapping'
import type { ResolvedEvent } from '../config/resolved'
import type { AuditEvent } from '../domain/audit'
import type { Decision, DecisionExplanation } from '../domain/decision'
import type { StoredDelivery } from '../domain/delivery'
import { NationalIdError } from '../domain/errors'
import { newRegistrationNumber } from '../delivery/acceptance'
import type { NewDelivery } from '../store/store'
import {
  actionReference,
  modeOf,
  newDeliveries,
  registrationCheck,
  type OwingDecision,
  type Plan
} from './new-delivery'
import { decideInTime } from './decide-in-time'
import { keptUserInfos } from './kept-user-info'
import type { Trigger } from './read-trigger'
import { identityStep, type IdentityFindings } from './identity-step'
import { asDeclaration, repeatedAnswer } from './repeated-answer'
import { ruleContext } from './rule-context'
import type { Runtime } from './runtime'
import { deliverSynchronously } from './synchronous'
import {
  accepted,
  deferred,
  rejected,
  type TriggerAnswer
} from './trigger-answer'
import { insertForSure } from './unsure-insert'
import type { Verdict } from './verdict'

/** A decision about a trigger, with what led to it. */
type Decided = {
  runtime: Runtime
  event: ResolvedEvent
  /** With the identity statuses that are proven. */
  trigger: Trigger
  identities: IdentityFindings
  explanation: DecisionExplanation
  registrarNote?: string | undefined
  /** The audit entries that explain it; they are written together with what follows from it. */
  audit: readonly AuditEvent[]
}

/** Decides about a trigger whose sender is proven, writes what that owes, and says what core is answered. */
export async function answerTrigger(
  runtime: Runtime,
  received: Trigger,
  hasOtherwise: boolean
): Promise<Verdict> {
  const event = eventOptions(runtime, received.event.type)
  if (event === undefined)
    return hasOtherwise ? { answer: 'otherwise' } : unknownEvent()

  const known = await runtime.delivery.store.findByAction({
    eventId: received.event.id,
    actionId: received.pendingAction.id
  })
  if (known !== undefined) {
    return verdictOf(known, await answerAgain(runtime, event, received, known))
  }

  const identities = await identityStep(runtime, event, received)
  const trigger = { ...received, declaration: identities.declaration }
  const { decision, explanation, registrarNote } = await decideInTime(
    event,
    runtime.options.policies,
    ruleContext(runtime, event, trigger, identities.statuses)
  )
  if (decision === undefined && hasOtherwise) {
    return leaveToCountry(runtime, event, trigger, identities, explanation.rule)
  }
  return follow(decision, {
    runtime,
    event,
    trigger,
    identities,
    explanation,
    registrarNote,
    audit: [
      ...identities.audit,
      decisionTaken(runtime, trigger, decision, explanation)
    ]
  })
}

function follow(
  decision: Decision | undefined,
  decided: Decided
): Promise<Verdict> {
  if (decision === undefined || decision.kind === 'registerOnly') {
    return registerOnly(decided)
  }
  return decision.kind === 'reject'
    ? reject(decided, decision.reason)
    : owe(decided, decision)
}

async function leaveToCountry(
  { delivery: { logger, store: durable } }: Runtime,
  event: ResolvedEvent,
  trigger: Trigger,
  { audit, corrections }: IdentityFindings,
  rule: string
): Promise<Verdict> {
  logger.info(
    { eventId: trigger.event.id, rule },
    "left to the country's own handler"
  )
  if (!event.checksIdentities) return { answer: 'otherwise' }
  if (audit.length > 0) await durable.audit(audit)
  return { answer: 'otherwise', corrections: corrections.answerable }
}

/** What core is answered about a delivery that exists. */
async function answerAgain(
  runtime: Runtime,
  event: ResolvedEvent,
  trigger: Trigger,
  known: StoredDelivery
): Promise<TriggerAnswer> {
  const answer = await repeatedAnswer(runtime, known)
  // A notification that has arrived was erased, with the corrections that its action was answered.
  if (known.coreOwed !== 'nothing' || known.secrets !== undefined) return answer
  // The ID system is not asked once more, or anybody with an old token could have it asked without end.
  const { verification: _asked, ...unasked } = event
  const { corrections } = await identityStep(runtime, unasked, trigger)
  return accepted(asDeclaration(corrections.answerable))
}

/** The type is the body's, so it may also be the name of something that every object has. */
function eventOptions(
  { options: { events } }: Runtime,
  type: string
): ResolvedEvent | undefined {
  return Object.hasOwn(events, type) ? events[type] : undefined
}

function unknownEvent(): Verdict {
  const answer = rejected(
    'ERR_EVENT_UNKNOWN',
    'This event type is not in options.events, and the route has no handler of its own for it (`otherwise`).'
  )
  return { answer, decision: 'none' }
}

function verdictOf(delivery: StoredDelivery, answer: TriggerAnswer): Verdict {
  return { answer, deliveryId: delivery.id, decision: delivery.operation }
}

/** The audit entry that explains a decision, in names only. */
function decisionTaken(
  runtime: Runtime,
  trigger: Trigger,
  decision: Decision | undefined,
  explanation: DecisionExplanation
): AuditEvent {
  return {
    kind: 'decision.taken',
    at: runtime.delivery.clock.now(),
    actor: `user:${trigger.claims.sub}`,
    eventId: trigger.event.id,
    actionId: trigger.pendingAction.id,
    details: {
      decision: decision?.kind ?? 'none',
      action: trigger.pendingAction.type,
      rule: explanation.rule,
      considered: explanation.considered.map(
        ({ rule, held, conditions, fields }) => ({
          rule,
          held,
          conditions: [...conditions],
          fields: [...fields]
        })
      ),
      policies: explanation.policies.map(({ policy, effect }) => ({
        policy,
        effect
      }))
    }
  }
}

async function reject(
  { runtime, trigger, audit, explanation }: Decided,
  reason: string
): Promise<Verdict> {
  await runtime.delivery.store.audit(audit)
  // Core drops the reason of a 400 (FACTS B2), so it goes to the country's hook.
  await runtime.delivery.hooks.run('onRejected', {
    event: trigger.event,
    action: actionReference(trigger),
    rule: explanation.rule,
    code: 'RULE',
    reason
  })
  return { answer: rejected('RULE', reason), decision: 'reject' }
}

async function registerOnly(decided: Decided): Promise<Verdict> {
  const { runtime, trigger, identities, registrarNote, audit } = decided
  if (trigger.pendingAction.type !== 'REGISTER') {
    await runtime.delivery.store.audit(audit)
    return {
      answer: accepted({
        ...asDeclaration(identities.corrections.answerable),
        ...noteFor(runtime, registrarNote)
      }),
      decision: 'registerOnly'
    }
  }
  const registrationNumber = await numberFor(runtime, trigger)
  const stored = await store(
    runtime,
    [registrationCheck(planOf(decided), registrationNumber)],
    audit
  )
  return verdictOf(stored, await repeatedAnswer(runtime, stored))
}

/** What the registrar is told, where the country has named an annotation for it. */
function noteFor(
  runtime: Runtime,
  note: string | undefined
): { annotation?: Record<string, string> } {
  const field = runtime.options.reasons.annotation
  return field === undefined || note === undefined
    ? {}
    : { annotation: { [field]: note } }
}

async function owe(
  decided: Decided,
  decision: OwingDecision
): Promise<Verdict> {
  const { runtime, trigger, audit } = decided
  const mode = modeOf(runtime.options, decision)
  const numbered =
    mode === 'notify' && trigger.pendingAction.type === 'REGISTER'
  const registrationNumber = numbered
    ? await numberFor(runtime, trigger)
    : undefined
  const plan = await planWithProof(decided)
  if (decision.kind === 'createIdentity') refuseNobody(plan)
  const deliveries = newDeliveries(plan, decision, registrationNumber)
  if (mode === 'sync') return synchronous(runtime, deliveries, audit)
  const stored = await store(runtime, deliveries, audit)
  const answer = await repeatedAnswer(runtime, stored)
  if (answer.status === 202) {
    void runtime.delivery.hooks.run('onDeferred', {
      event: stored.event,
      action: stored.action,
      deliveryId: stored.id,
      rule: stored.rule
    })
  }
  return verdictOf(stored, answer)
}

/** An identity for nobody in particular could never be matched to its record again. */
function refuseNobody({ event, trigger, rule }: Plan): void {
  const { name, dateOfBirth } = toPerson(event, trigger.declaration)
  if (name !== undefined || dateOfBirth !== undefined) return
  throw new NationalIdError(
    `The rule "${rule}" asks for an identity, and the record of event ${trigger.event.id} has neither a name nor a date of birth of the ${event.subject}. Nobody was asked; check events.${event.type}.subject and attributes.`,
    { code: 'ERR_PERSON_EMPTY' }
  )
}

async function synchronous(
  runtime: Runtime,
  deliveries: NewDelivery[],
  audit: readonly AuditEvent[]
): Promise<Verdict> {
  const { clock, settings } = runtime.delivery
  const lease = {
    owner: runtime.worker.owner,
    until: clock.now() + settings.leaseMs
  }
  const leased = deliveries.map((delivery) =>
    delivery.part === 'main' ? { ...delivery, lease } : delivery
  )
  const stored = await store(runtime, leased, audit)
  // Where it took long to find out whether it was written, somebody else may have gone on with it.
  const isOurs = stored.id === leased[0]?.id && stored.state === 'queued'
  const answer = isOurs
    ? await deliverSynchronously(runtime, stored)
    : deferred(stored.id)
  return verdictOf(stored, answer)
}

function planOf({
  runtime,
  event,
  trigger,
  identities,
  explanation
}: Decided): Plan {
  return {
    options: runtime.options,
    event,
    trigger,
    identities,
    proven: { subjects: identities.subjects },
    rule: explanation.rule,
    now: runtime.delivery.clock.now()
  }
}

/** Read only now that something is told to the ID system, not at every action. */
async function planWithProof(decided: Decided): Promise<Plan> {
  const { identities, runtime } = decided
  const userInfos = await keptUserInfos(runtime, identities.signIns)
  const plan = planOf(decided)
  return { ...plan, proven: { ...plan.proven, userInfos } }
}

function numberFor(runtime: Runtime, trigger: Trigger): Promise<string> {
  return newRegistrationNumber(runtime.delivery, {
    event: trigger.event,
    action: actionReference(trigger)
  })
}

/**
 * Writes the deliveries and the decision in one transaction. From here on nothing is lost; until core has had its
 * answer, no confirmation may overtake it.
 */
async function store(
  runtime: Runtime,
  deliveries: NewDelivery[],
  audit: readonly AuditEvent[]
): Promise<StoredDelivery> {
  const { events, gate } = runtime.delivery
  const [main, ...following] = deliveries
  if (main === undefined) throw new TypeError('a decision made no delivery')
  gate.hold(main.id)
  try {
    const { delivery, inserted } = await insertForSure(
      runtime.delivery,
      {
        main,
        following,
        audit: audit.map((entry) => ({ ...entry, deliveryId: main.id }))
      },
      runtime.worker.signal
    )
    if (!inserted) gate.forget(main.id)
    else events.emit({ type: 'delivery.stored', delivery })
    return delivery
  } catch (error) {
    gate.forget(main.id)
    throw error
  }
}
