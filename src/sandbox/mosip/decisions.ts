import type { Clock } from '../../internal/clock'
import type { MosipBehaviour, Rejection } from './behaviour'
import type { LedgerBook, MosipLedgerEntry } from './ledger'
import { plainText, type MosipPacket } from './packet'
import { attributesIn, type MosipPerson, type People } from './people'

/** What a process is for. */
export type ProcessKind =
  'issue' | 'update' | 'death' | 'deactivation' | 'reversal'

/** MOSIP's names of its civil registration flows (FACTS 2, 2.1). */
export const PROCESSES: Readonly<Record<string, ProcessKind>> = {
  CRVS_NEW: 'issue',
  CRVS_UPDATE: 'update',
  CRVS_DEATH: 'death',
  CRVS_DEACTIVATE_ID: 'deactivation',
  CRVS_DECEASED_STATUS_REVERSAL: 'reversal'
}

export type DecisionParts = {
  behaviour: MosipBehaviour
  people: People
  ledger: LedgerBook
  clock: Clock
  processes: Readonly<Record<string, ProcessKind>>
  /** Fields that name a known person by one of its numbers. */
  identifierFields: readonly string[]
}

/** What a process is refused without, by its kind, as the guide has it (FACTS 2.1). */
const MANDATORY: Readonly<
  Record<ProcessKind, ReadonlyArray<readonly [field: string, value?: string]>>
> = {
  issue: [['fullName'], ['dateOfBirth'], ['gender']],
  update: [],
  death: [['declaredAsDeceased', 'Y']],
  deactivation: [['deactivateId', 'Y']],
  reversal: [['declaredAsDeceased', 'N'], ['deceasedDeclarationDate']]
}

/**
 * Does what a packet asks for, or says why not. The codes of rejections are the
 * simulator's own: which ones MOSIP gives is not part of what is known of it.
 */
export function decide(
  parts: DecisionParts,
  packet: MosipPacket
): Rejection | undefined {
  const kind = parts.processes[packet.process]
  if (kind === undefined)
    return rejection('UNKNOWN_PROCESS', 'No such process.')
  const missing = MANDATORY[kind].find(
    ([field, value]) => !has(packet, field, value)
  )
  if (missing !== undefined) {
    return rejection('MANDATORY_MISSING', `${missing[0]} is mandatory.`)
  }
  const refusal = parts.behaviour.refuse(packet)
  if (refusal !== undefined) return refusal
  return kind === 'issue' ? issue(parts, packet) : change(parts, packet, kind)
}

function has(packet: MosipPacket, field: string, value?: string): boolean {
  const text = plainText(packet.fields[field]).trim()
  return value === undefined ? text !== '' : text === value
}

function issue(
  parts: DecisionParts,
  packet: MosipPacket
): Rejection | undefined {
  const { applicationId } = packet
  const attributes = attributesIn(packet)
  const known = parts.people.issuedFor(applicationId)
  if (known !== undefined) {
    Object.assign(known, attributes)
    record(parts, packet, 'overwritten', known)
    return undefined
  }
  if (!isInfant(parts, attributes.dateOfBirth ?? '')) return NOT_AN_INFANT
  const { dateOfBirth = '', gender = '', name = '' } = attributes
  const person = parts.people.add({ name, dateOfBirth, gender, applicationId })
  record(parts, packet, 'issued', person)
  return undefined
}

const NOT_AN_INFANT = rejection(
  'NOT_AN_INFANT',
  'Civil registration gives and changes identities of infants alone.'
)

function change(
  parts: DecisionParts,
  packet: MosipPacket,
  kind: Exclude<ProcessKind, 'issue'>
): Rejection | undefined {
  const person = personIn(parts, packet)
  if (person === undefined) {
    return rejection('UNKNOWN_PERSON', 'No identity has this number.')
  }
  return CHANGES[kind](parts, packet, person)
}

function personIn(
  { identifierFields, people }: DecisionParts,
  packet: MosipPacket
): MosipPerson | undefined {
  for (const field of identifierFields) {
    const found = people.find(plainText(packet.fields[field]).trim())
    if (found !== undefined) return found
  }
  return undefined
}

type Change = (
  parts: DecisionParts,
  packet: MosipPacket,
  person: MosipPerson
) => Rejection | undefined

const CHANGES: Readonly<Record<Exclude<ProcessKind, 'issue'>, Change>> = {
  update(parts, packet, person) {
    if (!isInfant(parts, person.dateOfBirth)) return NOT_AN_INFANT
    Object.assign(person, attributesIn(packet))
    record(parts, packet, 'updated', person)
    return undefined
  },
  death(parts, packet, person) {
    person.isDeceased = true
    record(parts, packet, 'deceased', person)
    return undefined
  },
  deactivation(parts, packet, person) {
    if (person.isDeactivated) return once('deactivated')
    person.isDeactivated = true
    record(parts, packet, 'deactivated', person)
    return undefined
  },
  reversal(parts, packet, person) {
    if (!person.isDeceased) return once('reversed')
    person.isDeceased = false
    record(parts, packet, 'revived', person)
    return undefined
  }
}

function once(what: string): Rejection {
  return rejection('ALREADY_DONE', `This identity is ${what} already.`)
}

function rejection(code: string, reason: string): Rejection {
  return { code, reason }
}

function record(
  { clock, ledger }: DecisionParts,
  packet: MosipPacket,
  what: MosipLedgerEntry['what'],
  { psut, uin, vid }: MosipPerson
): void {
  const { applicationId, process } = packet
  const at = clock.now()
  ledger.add({ applicationId, process, what, uin, vid, psut, at }, packet)
}

/** @param dateOfBirth `yyyy/MM/dd` */
function isInfant(
  { behaviour, clock }: DecisionParts,
  dateOfBirth: string
): boolean {
  const birth = new Date(`${dateOfBirth.replaceAll('/', '-')}T00:00:00Z`)
  const end = Date.UTC(
    birth.getUTCFullYear() + behaviour.infantBelowYears,
    birth.getUTCMonth(),
    birth.getUTCDate()
  )
  return clock.now() < end
}
