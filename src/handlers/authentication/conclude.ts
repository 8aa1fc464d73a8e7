import type { SignInResult } from '../../authentication/relying-party'
import { SignInError } from '../../authentication/relying-party'
import {
  newTicket,
  ticketDigest,
  type TicketContent
} from '../../authentication/sign-in/ticket'
import type { AuditEvent } from '../../domain/audit'
import { plainCode } from '../../domain/code'
import { NationalIdError } from '../../domain/errors'
import type { IdentityProblem } from '../../domain/identity'
import { newId } from '../../internal/ids'
import { kindAndPlace } from '../../internal/thrown'
import type { Runtime } from '../runtime'

/** Whose sign-in has ended, and where its form is. */
export type EndedSignIn = {
  /** Names the session cookie. */
  id: string
  /** Digest of the browser session. */
  session: string
  person: string
  event: string
  /** Absent: the record has no permanent id yet. */
  eventId?: string
  returnTo: string
  /** What the form shows, to be found again in the log. */
  reference: string
}

/** How it ended. */
export type SignInOutcome =
  | { outcome: 'succeeded'; eventId: string; result: SignInResult }
  | {
      outcome: 'failed' | 'cancelled'
      problem: IdentityProblem
      code: string
      /** For the log. */
      reason: string
    }

/** The outcome that a failure stands for. */
export function outcomeOf(failure: unknown): SignInOutcome {
  if (failure instanceof SignInError) {
    const { problem, code, message } = failure
    const outcome = problem === 'cancelled' ? 'cancelled' : 'failed'
    return { outcome, problem, code: plainCode(code), reason: message }
  }
  if (failure instanceof NationalIdError) {
    const { code, message } = failure
    return { outcome: 'failed', problem: 'unavailable', code, reason: message }
  }
  const code = 'ERR_UNEXPECTED'
  const reason = kindAndPlace(failure)
  return { outcome: 'failed', problem: 'unexpected', code, reason }
}

/**
 * Takes down how a sign-in ended, and leaves a ticket for the form to collect. Someone who cancelled gets none: then the
 * form makes no call, and nothing that was typed is wiped (forms CLIENT 2). Never throws.
 *
 * @returns where the browser goes: always the form's page
 */
export async function conclude(
  runtime: Runtime,
  ended: EndedSignIn,
  outcome: SignInOutcome
): Promise<string> {
  if (outcome.outcome === 'succeeded')
    return concludeSuccess(runtime, ended, outcome)
  const { problem } = outcome
  emit(runtime, outcome.outcome, problem)
  // Anybody can begin a sign-in and let it fail: past a bound, none of it is written down.
  const { granted, missed } = runtime.budget.take(
    `authentication.${outcome.outcome}`
  )
  if (!granted) return withProblem(ended, problem)
  log(runtime, ended, outcome)
  const details = { problem, code: outcome.code }
  const entry = entryOf(runtime, ended, outcome.outcome, {
    ...details,
    ...(missed === 0 ? {} : { missed })
  })
  if (outcome.outcome === 'cancelled') {
    await attempt(runtime, ended, () => runtime.delivery.store.audit([entry]))
    return withProblem(ended, problem)
  }
  const { person, reference } = ended
  const content = { outcome: 'failed', reference, person, problem } as const
  const ticket = await leaveTicket(runtime, ended, content, entry)
  return ticket ?? withProblem(ended, problem)
}

async function concludeSuccess(
  runtime: Runtime,
  ended: EndedSignIn,
  { eventId, result }: SignInOutcome & { outcome: 'succeeded' }
): Promise<string> {
  const { person, reference } = ended
  const { issuer, subject, assurance, data } = result
  const content = {
    outcome: 'succeeded',
    id: newId(),
    reference,
    person,
    eventId,
    issuer,
    subject,
    ...(assurance === undefined ? {} : { assurance }),
    data
  } as const
  const entry = entryOf(runtime, ended, 'succeeded', {
    ...(assurance === undefined ? {} : { assurance: plainCode(assurance) })
  })
  const location = await leaveTicket(runtime, ended, content, entry)
  if (location === undefined) {
    // What the person proved is lost; the form says that it can be tried again.
    emit(runtime, 'failed', 'unavailable')
    return withProblem(ended, 'unavailable')
  }
  emit(runtime, 'succeeded')
  const { event } = ended
  runtime.delivery.logger.info(
    { reference, person, event, eventId },
    'a person has signed in'
  )
  return location
}

/** Undefined when the store could not take it. */
async function leaveTicket(
  runtime: Runtime,
  ended: EndedSignIn,
  content: TicketContent,
  entry: AuditEvent
): Promise<string | undefined> {
  const { clock, store } = runtime.delivery
  const { ticketTimeoutMs } = runtime.options.authentication
  const { id, person, session } = ended
  const ticket = newTicket(id)
  const createdAt = clock.now()
  const isStored = await attempt(runtime, ended, () =>
    store.addTicket(
      {
        digest: ticketDigest(ticket, person),
        session,
        createdAt,
        expiresAt: createdAt + ticketTimeoutMs,
        content: JSON.stringify(content)
      },
      [entry]
    )
  )
  return isStored ? withQuery(ended, `ticket-${person}`, ticket) : undefined
}

async function attempt(
  { delivery }: Runtime,
  { reference }: EndedSignIn,
  write: () => Promise<void>
): Promise<boolean> {
  try {
    await write()
    return true
  } catch (failure) {
    const code =
      failure instanceof NationalIdError ? failure.code : 'ERR_UNEXPECTED'
    delivery.logger.error(
      { reference, code },
      'the outcome of a sign-in could not be stored'
    )
    return false
  }
}

function emit(
  { delivery }: Runtime,
  outcome: 'succeeded' | 'failed' | 'cancelled',
  problem?: IdentityProblem
): void {
  delivery.events.emit({
    type: 'authentication.ended',
    outcome,
    ...(problem === undefined ? {} : { problem })
  })
}

function log(
  { delivery }: Runtime,
  { reference, person, event, eventId }: EndedSignIn,
  {
    outcome,
    problem,
    code,
    reason
  }: Exclude<SignInOutcome, { outcome: 'succeeded' }>
): void {
  const about = { reference, person, event, eventId, problem, code, reason }
  if (outcome === 'cancelled')
    delivery.logger.info(about, 'a sign-in was cancelled')
  else delivery.logger.warn(about, 'a sign-in failed')
}

function entryOf(
  { delivery }: Runtime,
  { eventId, person, reference }: EndedSignIn,
  outcome: 'succeeded' | 'failed' | 'cancelled',
  details: Record<string, string | number>
): AuditEvent {
  return {
    kind: `authentication.${outcome}`,
    at: delivery.clock.now(),
    // The browser of whoever pressed the button; who that is shows when the ticket is redeemed.
    actor: 'browser',
    ...(eventId === undefined ? {} : { eventId }),
    details: { person, reference, ...details }
  }
}

/** The form shows its sentence for it, without a call to us. */
function withProblem(ended: EndedSignIn, problem: IdentityProblem): string {
  return withQuery(ended, `problem-${ended.person}`, problem)
}

function withQuery(
  { returnTo }: EndedSignIn,
  name: string,
  value: string
): string {
  return `${returnTo}?${new URLSearchParams({ [name]: value }).toString()}`
}
