import type { AuditEvent } from '../domain/audit'
import { plainCode } from '../domain/code'
import type { JsonObject } from '../domain/json'
import { isDowngrade, type IdentityOutcome } from './identity-outcome'
import type { Trigger } from './read-trigger'

/**
 * The audit entries about people's identities at an action: names, codes and statuses, never a value. They are written
 * with the decision about the action, so a repeated trigger does not write them again.
 */
export function identityAudit(
  outcomes: readonly IdentityOutcome[],
  trigger: Trigger,
  at: number
): AuditEvent[] {
  return outcomes.flatMap((outcome) =>
    entriesFor(outcome).map(({ kind, details }) => ({
      kind,
      at,
      actor: `user:${trigger.claims.sub}`,
      eventId: trigger.event.id,
      actionId: trigger.pendingAction.id,
      details: { person: outcome.claim.person.person, ...details }
    }))
  )
}

type Entry = { kind: string; details: JsonObject }

function entriesFor(outcome: IdentityOutcome): Entry[] {
  return [
    ...proofEntries(outcome),
    ...(isDowngrade(outcome) ? [downgraded(outcome)] : [])
  ]
}

function proofEntries({ proof, verification }: IdentityOutcome): Entry[] {
  switch (verification?.outcome) {
    case 'noMatch':
      return [
        { kind: 'identity.mismatched', details: codeOf(verification.code) }
      ]
    case 'unanswered':
      return [
        { kind: 'identity.unverified', details: codeOf(verification.code) }
      ]
    case 'match':
      // What matched cannot be told apart from anybody else, so it vouches for nothing.
      if (!proof.proven)
        return [{ kind: 'identity.unverified', details: problemOf(proof) }]
      break
    default:
  }
  if (!proof.proven) return []
  const { id, status, method, assurance } = proof.verdict
  const kind =
    verification === undefined ? 'identity.proven' : 'identity.verified'
  return [
    {
      kind,
      details: {
        status,
        method,
        evidence: id,
        ...(assurance === undefined ? {} : { assurance: plainCode(assurance) })
      }
    }
  ]
}

function downgraded({ claim, proof, status }: IdentityOutcome): Entry {
  return {
    kind: 'identity.downgraded',
    details: {
      claimed: claim.status ?? 'none',
      became: status ?? 'none',
      ...(proof.proven ? {} : problemOf(proof))
    }
  }
}

function problemOf(
  proof: Extract<IdentityOutcome['proof'], { proven: false }>
): JsonObject {
  const { problem, differing, code } = proof
  return {
    problem,
    ...(differing === undefined ? {} : { differing: [...differing] }),
    ...codeOf(code)
  }
}

function codeOf(code: string | undefined): JsonObject {
  return code === undefined ? {} : { code }
}
