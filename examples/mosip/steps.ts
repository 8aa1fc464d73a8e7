/** What is played and looked at where the ID system is MOSIP, besides examples/basic/steps.ts. */
import type { Declaration } from 'opencrvs-national-id'
import { SURNAME, born, called, numbered } from '../basic/made-up'
import {
  REGISTERED,
  THIS_YEAR,
  acceptances,
  birth,
  isRegistered,
  isRejected,
  reasonFor,
  record,
  register,
  until
} from '../basic/steps'
import type { Shown } from '../basic/timeline'
import { FATHER, type MosipWorld } from './world'

/** The person at eSignet who is the mother. */
export const MOTHER = numbered('2047381956')

export const NEWBORN: Declaration = { 'child.dob': `${THIS_YEAR}-01-01` }

/** Registers a birth and waits until core has MOSIP's answer. */
export async function registered(
  world: MosipWorld,
  declaration: Declaration
): Promise<string> {
  const eventId = await register(world, declaration)
  await until(() => isRegistered(world, eventId))
  return eventId
}

export async function declareAndRegister(
  world: MosipWorld,
  eventId: string,
  declaration: Declaration
): Promise<void> {
  await world.core.declare(eventId, declaration)
  await world.core.register(eventId)
  await until(() => isRegistered(world, eventId))
}

/** The record, and whether its number is the one that MOSIP issued. */
export function registration(
  world: MosipWorld,
  eventId: string,
  deliveries: readonly Shown[]
) {
  const number = world.core.index(eventId)?.declaration['child.nid']
  const issued = deliveries.flatMap(
    ({ delivery }) => world.mosip.ledger.issuedFor(delivery.id) ?? []
  )
  return {
    ...record(world, eventId),
    fromMosip: issued.length === 1 && issued[0]?.vid === number,
    accepted: acceptances(world, eventId)
  }
}

export const FROM_MOSIP = { ...REGISTERED, fromMosip: true, accepted: 1 }

/** The packets of a record, in order. */
export function packets(world: MosipWorld, deliveries: readonly Shown[]) {
  return deliveries.flatMap(
    ({ delivery }) => world.mosip.packet(delivery.id) ?? []
  )
}

/** The person whose number the record holds, as MOSIP knows them. */
export function childAtMosip(world: MosipWorld, eventId: string) {
  const number = world.core.index(eventId)?.declaration['child.nid']
  return typeof number === 'string' ? world.mosip.person(number) : undefined
}

/** What MOSIP has really done for a record, in order. */
export function done(
  world: MosipWorld,
  deliveries: readonly Shown[]
): string[] {
  const ids = deliveries.map(({ delivery }) => delivery.id)
  return world.mosip.ledger.entries
    .filter(({ applicationId }) => ids.includes(applicationId))
    .map(({ process, what }) => `${process} ${what}`)
}

export function isDone(
  world: MosipWorld,
  what: 'updated' | 'deceased' | 'deactivated'
): boolean {
  return world.mosip.ledger.of(what).length > 0
}

/** Whether the packet status topic brought the answer, and not the status query. */
function wasTold(deliveries: readonly Shown[]): boolean {
  return deliveries.some(({ timeline }) =>
    timeline.some(({ kind }) => kind === 'callback.applied')
  )
}

export function rejection(
  world: MosipWorld,
  eventId: string,
  deliveries: readonly Shown[]
) {
  return {
    rejected: isRejected(world, eventId),
    reason: reasonFor(world, eventId),
    told: wasTold(deliveries) ? 'by message' : 'when asked'
  }
}

/** Registers a birth that MOSIP will refuse, and waits until core and the registrar know. */
export async function refused(
  world: MosipWorld,
  firstname: string
): Promise<string> {
  const eventId = await register(world, birth(firstname))
  await until(
    () => isRejected(world, eventId) && reasonFor(world, eventId) !== undefined
  )
  return eventId
}

/** The mother, and whom MOSIP was told of as introducer. */
export function introduction(
  world: MosipWorld,
  eventId: string,
  deliveries: readonly Shown[]
) {
  const [packet] = packets(world, deliveries)
  const introducer = packet?.fields.introducerInfoToken
  return {
    ...registration(world, eventId, deliveries),
    mother: world.core.index(eventId)?.declaration['mother.verified'],
    introducer: kindOf(introducer, MOTHER)
  }
}

/** eSignet knows a person to each registry by another subject, which tells nothing of the number. */
function kindOf(introducer: string | undefined, number: string): string {
  if (introducer === undefined) return 'none'
  const isSubject = /^[\w-]{43}$/.test(introducer)
  return isSubject && introducer !== number ? 'pairwise subject' : 'wrong'
}

function fatherBorn(date: string): Declaration {
  return {
    'father.name': { firstname: called('Femi'), surname: SURNAME },
    'father.dob': born(date),
    'father.nid': FATHER.vid
  }
}

export async function declareFather(
  world: MosipWorld,
  firstname: string,
  date: string
): Promise<string> {
  const eventId = world.core.createEvent('birth')
  await world.core.declare(eventId, {
    ...birth(firstname),
    ...fatherBorn(date)
  })
  return eventId
}

export function fathersStatus(world: MosipWorld, eventId: string) {
  return {
    father: world.core.index(eventId)?.declaration['father.verified']
  }
}
