import type { ServerRoute } from '@hapi/hapi'
import { formAttributes } from '../../authentication/sign-in/form-attributes'
import {
  readTicketContent,
  sessionDigest,
  signInOf,
  ticketDigest,
  type TicketContent
} from '../../authentication/sign-in/ticket'
import type { AuditEvent } from '../../domain/audit'
import type { FormAnswer, IdentityProblem } from '../../domain/identity'
import { TICKET_REPEAT_MS } from '../../domain/ticket'
import type { TicketResult } from '../../store/store'
import type { RuntimeSource } from '../runtime'
import { FormRefusal, formRoute, memberOf, type FormCall } from './form-route'
import { recordOfForm } from './form-record'
import { hiddenQuery, single } from './hidden-query'

/** A ticket and a person's prefix. */
const MAX_BYTES = 16 * 1024

/**
 * `POST <prefix>/authentication/redeem?ticket=...&person=mother`: the form collects what came of a sign-in.
 *
 * Who may call: the first OpenCRVS user who shows the ticket, in the browser that began the sign-in (its session
 * cookie), with their session token in the `Authorization` header; again, for a minute, the same user. Cookies alone do
 * nothing, so no foreign page can make a browser do it.
 */
export function redeemRoute(
  source: RuntimeSource,
  prefix: string
): ServerRoute {
  return formRoute(source, {
    route: 'redeem',
    path: `${prefix}/authentication/redeem`,
    description: 'Gives the form what came of a sign-in, once',
    maxBytes: MAX_BYTES,
    otherwise: 'failed',
    unreadable: 'unexpected',
    run: redeem
  })
}

async function redeem(call: FormCall): Promise<FormAnswer> {
  const { runtime, request, user } = call
  const { ticket, person } = readAsked(call)
  const signInId = signInOf(ticket)
  if (signInId === undefined)
    throw refusal('is none', 'ERR_TICKET_MALFORMED', 'unexpected')
  const session = runtime.signIn.cookies.session(request, signInId)
  if (session === undefined)
    throw refusal(
      'came without the session cookie of its sign-in',
      'ERR_TICKET_SESSION',
      'session'
    )
  const { clock, events, store } = runtime.delivery
  const now = clock.now()
  const result = await store.redeemTicket(
    {
      digest: ticketDigest(ticket, person),
      session: sessionDigest(session),
      user,
      now,
      repeatMs: TICKET_REPEAT_MS
    },
    (given) => entriesOf(given, user, now)
  )
  events.emit({ type: 'ticket.shown', outcome: result.outcome })
  if (!('content' in result)) throw worthless(result.outcome)
  const content = readTicketContent(result.content)
  refuseOtherRecord(call, content)
  return answerOf(call, content, result.redeemedAt)
}

function readAsked({ request }: FormCall): { ticket: string; person: string } {
  const query = hiddenQuery(request)
  const ticket = single(query, 'ticket') ?? memberOf(request.payload, 'ticket')
  const person = single(query, 'person') ?? memberOf(request.payload, 'person')
  if (typeof ticket === 'string' && typeof person === 'string')
    return { ticket, person }
  throw new FormRefusal(
    'A form asked for the outcome of a sign-in without naming one ticket and one person. Nothing was given.',
    'ERR_TICKET_MISSING',
    'unexpected'
  )
}

/** The first time only: repetitions change nothing. */
function entriesOf(
  result: TicketResult,
  user: string,
  at: number
): AuditEvent[] {
  if (result.outcome !== 'redeemed') return []
  const content = readTicketContent(result.content)
  if (content.outcome !== 'succeeded') return []
  const { eventId, id, person, reference } = content
  return [
    {
      kind: 'authentication.redeemed',
      at,
      actor: `user:${user}`,
      eventId,
      details: { person, reference, evidence: id }
    }
  ]
}

const WORTHLESS: Readonly<
  Record<
    Exclude<TicketResult['outcome'], 'redeemed' | 'repeated'>,
    { says: string; code: string; problem: IdentityProblem }
  >
> = {
  unknown: {
    says: 'is not known (any more), or is for another person',
    code: 'ERR_TICKET_UNKNOWN',
    problem: 'expired'
  },
  expired: {
    says: 'was not collected in time',
    code: 'ERR_TICKET_EXPIRED',
    problem: 'expired'
  },
  spent: {
    says: 'was redeemed before',
    code: 'ERR_TICKET_SPENT',
    problem: 'expired'
  },
  foreign: {
    says: 'belongs to another browser or user',
    code: 'ERR_TICKET_FOREIGN',
    problem: 'session'
  }
}

function worthless(outcome: keyof typeof WORTHLESS): FormRefusal {
  const { says, code, problem } = WORTHLESS[outcome]
  return refusal(says, code, problem)
}

function refusal(
  says: string,
  code: string,
  problem: IdentityProblem
): FormRefusal {
  const text = `A form showed a ticket that ${says}. Nothing was given; the person must sign in again.`
  return new FormRefusal(text, code, problem)
}

/** The page says which record it is on; a ticket that was carried to another one's form is worth nothing there. */
function refuseOtherRecord(
  { request, runtime }: FormCall,
  content: TicketContent
): void {
  if (content.outcome !== 'succeeded') return
  const record = recordOfForm(runtime, request)
  if (record === undefined || record.eventId === content.eventId) return
  throw refusal("is for another record's form", 'ERR_TICKET_RECORD', 'session')
}

/** Made of nothing but what is stored and who asks, so that a repetition is the same to the byte. */
function answerOf(
  { runtime, user }: FormCall,
  content: TicketContent,
  redeemedAt: number
): FormAnswer {
  const { reference } = content
  if (content.outcome === 'failed') {
    const { problem } = content
    return { verificationStatus: 'failed', problem, reference }
  }
  const { id, person, eventId, issuer, subject, assurance, data } = content
  const evidence = runtime.proofs.evidence.sign({
    id,
    status: 'authenticated',
    method: 'signIn',
    person,
    eventId,
    user,
    at: redeemedAt,
    issuer,
    subject,
    ...(assurance === undefined ? {} : { assurance }),
    data
  })
  return {
    verificationStatus: 'authenticated',
    evidence,
    attributes: formAttributes(data),
    reference
  }
}
