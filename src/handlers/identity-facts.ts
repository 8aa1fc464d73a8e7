import type { ResolvedEvent, ResolvedPerson } from '../config/resolved'
import type { IdentityData } from '../domain/identity'
import { declaredIdentity, readClaim } from './identity-claim'
import { isProvenWord, type IdentityFacts } from './identity-outcome'
import {
  freshProof,
  proofOf,
  type Proof,
  type ProofRequest
} from './identity-proof'
import {
  verifyIdentities,
  type VerificationOutcome
} from './identity-verification'
import type { Trigger } from './read-trigger'
import type { Runtime } from './runtime'

const NO_PROOF: Proof = { proven: false, problem: 'missing' }

/** Looks at what everybody claims, at what backs it, and asks the ID system where this action is one for it. */
export async function gatherFacts(
  runtime: Runtime,
  event: ResolvedEvent,
  trigger: Trigger
): Promise<IdentityFacts[]> {
  const facts = await Promise.all(
    event.persons.map((person) => factsAbout(runtime, event, trigger, person))
  )
  return verifyTheRest(runtime, event, trigger, facts)
}

async function factsAbout(
  runtime: Runtime,
  event: ResolvedEvent,
  trigger: Trigger,
  person: ResolvedPerson
): Promise<IdentityFacts> {
  const { options, proofs } = runtime
  const claim = readClaim(person, trigger.declaration, {
    recognises: (text) => proofs.evidence.recognises(text),
    credentialPath: options.authentication.qr?.credentialPath ?? []
  })
  const trusted = options.policies.trustFormStatuses
  const isBacked = claim.evidence.length > 0 || claim.scanned.length > 0
  // Nobody gains by calling a check failed, so there is nothing to hold against it.
  if (!isBacked || claim.status === 'failed') {
    return { claim, trusted, proof: NO_PROOF }
  }
  const request = proofRequest(runtime, event, trigger, person)
  return { claim, trusted, proof: await proofOf(proofs, claim, request) }
}

/** Asks the ID system about those who have an identifier and no proof. */
async function verifyTheRest(
  runtime: Runtime,
  event: ResolvedEvent,
  trigger: Trigger,
  facts: readonly IdentityFacts[]
): Promise<IdentityFacts[]> {
  const { verification } = event
  if (verification === undefined) return [...facts]
  const keys = actionKeys(trigger)
  if (!verification.actions.some((action) => keys.includes(action))) {
    return [...facts]
  }
  const due = facts
    .filter((each) => isDue(each, verification.people))
    .map((each) => ({
      each,
      request: proofRequest(runtime, event, trigger, each.claim.person)
    }))
    .filter(({ request }) => saysWho(request.expected.data))
  if (due.length === 0) return [...facts]
  const answers = await verifyIdentities(
    runtime,
    due.map(({ request }) => request.expected.data),
    verification.budgetMs
  )
  const answered = new Map(
    due.map(({ each, request }, index) => [
      each,
      withAnswer(runtime, each, request, answers[index])
    ])
  )
  return facts.map((each) => answered.get(each) ?? each)
}

function isDue(
  { claim, proof, trusted }: IdentityFacts,
  people: readonly string[]
): boolean {
  if (!claim.hasIdentifier || proof.proven) return false
  if (trusted && isProvenWord(claim.status)) return false
  return people.includes(claim.person.person)
}

/** A number alone matches whoever it belongs to, and would vouch for any name that is filled in later. */
function saysWho({ name, dateOfBirth }: IdentityData): boolean {
  return name !== undefined || dateOfBirth !== undefined
}

function withAnswer(
  { delivery, proofs }: Runtime,
  facts: IdentityFacts,
  request: ProofRequest,
  verification: VerificationOutcome | undefined
): IdentityFacts {
  if (verification === undefined) return facts
  if (verification.outcome !== 'match') return { ...facts, verification }
  const proof = freshProof(proofs.evidence, request, {
    method: 'verification',
    issuer: delivery.system.name,
    data: request.expected.data
  })
  return { ...facts, verification, proof }
}

function proofRequest(
  { delivery, options }: Runtime,
  event: ResolvedEvent,
  trigger: Trigger,
  person: ResolvedPerson
): ProofRequest {
  const { evidenceMaxAgeDays } = options.authentication
  const maxAgeMs = maxAge(evidenceMaxAgeDays, actionKeys(trigger))
  return {
    expected: {
      person: person.person,
      eventId: trigger.event.id,
      data: declaredIdentity(event, person, trigger.declaration),
      ...(maxAgeMs === undefined ? {} : { maxAgeMs })
    },
    user: trigger.claims.sub,
    at: delivery.clock.now()
  }
}

const DAY_MS = 24 * 60 * 60 * 1000

function maxAge(
  days: Readonly<Record<string, number>>,
  actions: readonly string[]
): number | undefined {
  const key = [...actions, 'default'].find((name) => Object.hasOwn(days, name))
  const most = key === undefined ? undefined : days[key]
  return most === undefined ? undefined : most * DAY_MS
}

/** How options name the action, the most exact first: `CUSTOM:ESCALATE`, `CUSTOM`. */
function actionKeys({ pendingAction }: Trigger): string[] {
  const { type, customActionType } = pendingAction
  return customActionType === undefined
    ? [type]
    : [`${type}:${customActionType}`, type]
}
