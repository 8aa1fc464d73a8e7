import { createHash } from 'node:crypto'
import type { IdentityData, IdentityProblem } from '../../domain/identity'
import { newToken } from '../../internal/ids'
import { parseJson } from '../../internal/http'

/** What a ticket stands for, until the form has collected it. */
export type TicketContent =
  | {
      outcome: 'succeeded'
      /** Becomes the id of the evidence. */
      id: string
      reference: string
      person: string
      eventId: string
      issuer: string
      subject: string
      assurance?: string
      data: IdentityData
    }
  | {
      outcome: 'failed'
      reference: string
      person: string
      problem: IdentityProblem
    }

/** A ticket as the browser carries it: the sign-in's id, which names its session cookie, and 256 random bits. */
const TICKET = /^([0-9a-f]{16})\.[\w-]{43}$/

/**
 * Names one sign-in in cookie names and tickets; no secret. Made from `state`, so that the provider's answer leads to
 * it.
 */
export function signInIdOf(state: string): string {
  return digest('sign-in', state).slice(0, 16)
}

/** A fresh ticket. It is given to the browser once and kept nowhere. */
export function newTicket(signInId: string): string {
  return `${signInId}.${newToken()}`
}

/** The id of the sign-in that a ticket comes from, or undefined when it is no ticket. */
export function signInOf(ticket: string): string | undefined {
  return TICKET.exec(ticket)?.[1]
}

/** What a ticket is stored under. The person is part of it: shown for another one, it is not found. */
export function ticketDigest(ticket: string, person: string): string {
  return digest('ticket', `${ticket} ${person}`)
}

/** What a browser session is stored under. */
export function sessionDigest(session: string): string {
  return digest('session', session)
}

/** The values are random and long, so a plain hash gives nothing away; the purpose keeps the kinds apart. */
function digest(purpose: string, text: string): string {
  return createHash('sha256').update(`${purpose}\n${text}`).digest('hex')
}

/** @throws TypeError when the text is not what `JSON.stringify` made of a content */
export function readTicketContent(text: string): TicketContent {
  const content = parseJson(text)
  if (typeof content !== 'object' || content === null)
    throw new TypeError('a ticket without content')
  // Its seal proves that we wrote it, from a value of this type.
  return content as TicketContent
}
