/** What is played and looked at where the ID system speaks OSIA, besides examples/basic/steps.ts. */
import type { Declaration } from 'opencrvs-national-id'
import { called } from '../basic/made-up'
import {
  REGISTERED,
  acceptances,
  birth,
  isRegistered,
  record,
  register,
  until
} from '../basic/steps'
import { MOTHER, type OsiaWorld } from './world'

/** A birth whose mother the register knows. */
export function birthOf(
  firstname: string,
  more: Declaration = {}
): Declaration {
  return birth(firstname, {
    'mother.dob': MOTHER.attributes.dateOfBirth,
    'mother.nid': MOTHER.uin,
    ...more
  })
}

/** Declares and registers, as a registrar does one after the other; waits until core has the number. */
export async function declareAndRegister(
  world: OsiaWorld,
  declaration: Declaration
): Promise<string> {
  const eventId = world.core.createEvent('birth')
  await world.core.declare(eventId, declaration)
  await world.core.register(eventId)
  await until(() => isRegistered(world, eventId))
  await world.register.idle()
  return eventId
}

/** Registers a birth, and waits until the register knows the child. */
export async function known(
  world: OsiaWorld,
  declaration: Declaration
): Promise<string> {
  const eventId = await register(world, declaration)
  await until(() => isRegistered(world, eventId))
  await until(() => childAt(world, eventId)?.isReserved === false)
  await world.register.idle()
  return eventId
}

/** The person whose number the record holds, as the register knows them. */
export function childAt(world: OsiaWorld, eventId: string) {
  const number = world.core.index(eventId)?.declaration['child.nid']
  return typeof number === 'string' ? world.register.person(number) : undefined
}

/** The record, and whether the register made exactly one number for it, which the record holds. */
export function registration(world: OsiaWorld, eventId: string) {
  const child = childAt(world, eventId)
  const firstName = child?.attributes.firstName ?? ''
  const issued = world.register.ledger
    .of('issued')
    .filter(
      ({ uin }) =>
        world.register.person(uin)?.attributes.trackingId ===
        trackingIdOf(world, eventId)
    )
  return {
    ...record(world, eventId),
    atRegister: child?.isReserved === false ? firstName : 'nobody',
    numbers: issued.length,
    accepted: acceptances(world, eventId)
  }
}

/** What a registration looks like that went well. */
export function registeredAs(firstName: string) {
  return {
    ...REGISTERED,
    atRegister: called(firstName),
    numbers: 1,
    accepted: 1
  }
}

export function trackingIdOf(world: OsiaWorld, eventId: string): string {
  return world.core.event(eventId)?.trackingId ?? ''
}

/** How often something of a kind was published. */
export function published(world: OsiaWorld, topic: string): number {
  return world.register.published(topic).length
}

export function mothersStatus(world: OsiaWorld, eventId: string) {
  return world.core.index(eventId)?.declaration['mother.verified']
}
