import type { ResolvedEvent, ResolvedOptions } from '../config/resolved'
import {
  changedAttributes,
  identifierOf,
  relativesOf,
  toPerson,
  type Proven
} from '../config/mapping'
import type {
  Decision,
  DeliveryMode,
  SystemOperation
} from '../domain/decision'
import type {
  DeliveryOperation,
  DeliverySecrets,
  SystemRequest
} from '../domain/delivery'
import type { ActionReference, Declaration } from '../domain/event'
import { newOrderedId } from '../internal/ids'
import type { NewDelivery } from '../store/store'
import type { IdentityFindings } from './identity-step'
import type { Trigger } from './read-trigger'

const DAY_MS = 24 * 60 * 60 * 1000

/** A decision that owes something to the ID system. */
export type OwingDecision = Exclude<
  Decision,
  { kind: 'registerOnly' } | { kind: 'reject' }
>

/** How core is answered for a decision. */
export function modeOf(
  options: ResolvedOptions,
  decision: OwingDecision
): DeliveryMode {
  return decision.mode ?? options.delivery.modes[decision.kind]
}

export function actionReference(trigger: Trigger): ActionReference {
  const { id, type, customActionType } = trigger.pendingAction
  return {
    id,
    type,
    ...(customActionType === undefined ? {} : { customActionType })
  }
}

/** What the deliveries of a decision are made from. */
export type Plan = {
  options: ResolvedOptions
  event: ResolvedEvent
  /** With the identity statuses that are proven. */
  trigger: Trigger
  identities: Pick<IdentityFindings, 'corrections'>
  /** What is told of people beyond the declaration. */
  proven: Proven
  rule: string
  now: number
}

/**
 * The deliveries that a decision makes, the main one first.
 *
 * A registration that core is answered at once (`notify`) becomes two: one that makes sure that core has the number,
 * and the notification behind it, so that neither waits for the other side of the other.
 */
export function newDeliveries(
  plan: Plan,
  decision: OwingDecision,
  registrationNumber: string | undefined
): NewDelivery[] {
  const mode = modeOf(plan.options, decision)
  const deliveries: NewDelivery[] = []
  const isRegistration = plan.trigger.pendingAction.type === 'REGISTER'
  if (mode === 'notify' && isRegistration) {
    deliveries.push(registrationCheck(plan, registrationNumber))
    deliveries.push(
      owed(plan, decision, { part: 'notification', mode, registrationNumber })
    )
  } else {
    deliveries.push(
      owed(plan, decision, { part: 'main', mode, registrationNumber })
    )
  }
  const deactivate = plan.options.policies.death.deactivate
  // Without an identifier there is nothing to switch off.
  const isKnown = deliveries.some(({ secrets }) => secrets.request?.identifier)
  if (decision.kind === 'notifyDeath' && deactivate !== undefined && isKnown) {
    deliveries.push(deactivation(plan, deactivate.gracePeriodDays))
  }
  return deliveries
}

/** A registration answered 200: only to make sure that core has the number. */
export function registrationCheck(
  plan: Plan,
  registrationNumber: string | undefined
): NewDelivery {
  const checkAt = plan.now + plan.options.opencrvs.checkAfterMs
  const { answerable } = plan.identities.corrections
  return {
    ...withCorrections(
      common(plan, 'registerOnly', null, registrationNumber),
      answerable
    ),
    part: 'main',
    mode: 'notify',
    coreOwed: 'check',
    state: 'answered',
    answeredAt: plan.now,
    nextAttemptAt: checkAt,
    confirmNotBefore: checkAt
  }
}

function owed(
  plan: Plan,
  decision: OwingDecision,
  how: {
    part: NewDelivery['part']
    mode: DeliveryMode
    registrationNumber: string | undefined
  }
): NewDelivery {
  const { now, options } = plan
  const request = systemRequest(plan, decision.kind, how.registrationNumber)
  if (decision.kind === 'updateIdentity') {
    request.changes = changedAttributes(
      plan.event,
      plan.trigger.changes,
      plan.trigger.declaration
    )
  }
  if (decision.kind === 'withdraw') request.cause = decision.cause
  return {
    ...withoutToken(
      how.mode,
      withCorrections(
        common(plan, decision.kind, request, how.registrationNumber),
        correctionsFor(plan, how)
      )
    ),
    part: how.part,
    mode: how.mode,
    coreOwed: how.mode === 'notify' ? 'nothing' : 'confirmation',
    state: 'queued',
    nextAttemptAt: now,
    confirmNotBefore:
      how.mode === 'notify' ? now : now + options.opencrvs.acceptPauseMs
  }
}

/** Core is told once, with the main part; what is told later is looked at again before it is sent. */
function correctionsFor(
  { identities: { corrections } }: Plan,
  { part, mode }: Pick<NewDelivery, 'part' | 'mode'>
): Declaration {
  if (part !== 'main') return {}
  return mode === 'notify' ? corrections.answerable : corrections.deferrable
}

function withCorrections(delivery: Common, corrections: Declaration): Common {
  if (Object.keys(corrections).length === 0) return delivery
  return { ...delivery, secrets: { ...delivery.secrets, corrections } }
}

/** Delayed, so that it can be cancelled until then. */
function deactivation(plan: Plan, gracePeriodDays: number): NewDelivery {
  const dueAt = plan.now + gracePeriodDays * DAY_MS
  const request = systemRequest(plan, 'deactivateIdentity', undefined)
  return {
    ...withoutToken(
      'notify',
      common(plan, 'deactivateIdentity', request, undefined)
    ),
    part: 'deactivation',
    mode: 'notify',
    coreOwed: 'nothing',
    state: 'queued',
    nextAttemptAt: dueAt,
    confirmNotBefore: dueAt
  }
}

/** The delivery's id goes to the system as the reference, and is on disk before the system sees it. */
function systemRequest(
  plan: Plan,
  operation: SystemOperation,
  registrationNumber: string | undefined
): SystemRequest {
  const { event, options, proven, trigger } = plan
  const { declaration } = trigger
  const identifier = identifierOf(event, declaration)
  const roles = options.system.capabilities.relatives ?? []
  // Switching an identity off concerns nobody else.
  const relatives =
    operation === 'deactivateIdentity'
      ? undefined
      : relativesOf(event, declaration, roles, proven)
  return {
    operation,
    reference: newOrderedId(),
    event: trigger.event,
    action: actionReference(trigger),
    person: toPerson(event, declaration, event.subject, proven),
    ...(identifier === undefined ? {} : { identifier }),
    ...(relatives === undefined ? {} : { relatives }),
    ...(registrationNumber === undefined ? {} : { registrationNumber })
  }
}

function common(
  plan: Plan,
  operation: DeliveryOperation,
  request: SystemRequest | null,
  registrationNumber: string | undefined
) {
  const { trigger } = plan
  return {
    id: request?.reference ?? newOrderedId(),
    event: trigger.event,
    action: actionReference(trigger),
    operation,
    rule: plan.rule,
    createdAt: plan.now,
    tokenExpiresAt: trigger.claims.expiresAt,
    secrets: secretsOf(trigger, request, registrationNumber)
  }
}

function secretsOf(
  { target, token }: Trigger,
  request: SystemRequest | null,
  registrationNumber: string | undefined
): DeliverySecrets {
  return {
    token,
    request,
    target,
    ...(registrationNumber === undefined ? {} : { registrationNumber })
  }
}

type Common = ReturnType<typeof common>

/** Core does not wait for a notification, so nothing is kept with which it could be told anything. */
function withoutToken(
  mode: DeliveryMode,
  delivery: Common
): Omit<Common, 'tokenExpiresAt'> & { tokenExpiresAt?: number } {
  if (mode !== 'notify') return delivery
  const { tokenExpiresAt: _expiry, secrets, ...rest } = delivery
  const { token: _token, ...kept } = secrets
  return { ...rest, secrets: kept }
}
