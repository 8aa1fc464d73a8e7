/** What people do in the simulated OpenCRVS, and what is looked at afterwards; the same whichever ID system there is. */
import type { Declaration, FormAnswer } from 'opencrvs-national-id'
import { SURNAME, born, called, numbered } from './made-up'
import type { Country } from './world'

export const THIS_YEAR = new Date().getFullYear()

export const REGISTERED = { status: 'REGISTERED', identifier: 'issued' }

export function birth(firstname: string, more: Declaration = {}): Declaration {
  return {
    'child.name': { firstname: called(firstname), surname: SURNAME },
    'child.dob': born(`${THIS_YEAR - 2}-03-01`),
    'child.gender': 'female',
    'child.placeOfBirth': 'HEALTH_FACILITY',
    'mother.name': { firstname: called('Mira'), surname: SURNAME },
    'mother.nid': numbered('1000000017'),
    ...more
  }
}

export async function register(
  world: Country,
  declaration: Declaration,
  type = 'birth'
): Promise<string> {
  const eventId = await world.core.createDeclaredEvent(type, declaration)
  await world.core.register(eventId)
  return eventId
}

export async function correct(
  world: Country,
  eventId: string,
  declaration: Declaration
): Promise<void> {
  await world.core.requestCorrection(eventId, declaration)
  await world.core.approveCorrection(eventId)
}

/** Waits for something; gives up after ten seconds, and then the scenario's last look tells what is wrong. */
export async function until(isSo: () => boolean): Promise<void> {
  const end = Date.now() + 10_000
  while (!isSo() && Date.now() < end) {
    await new Promise((resolve) => setTimeout(resolve, 25))
  }
}

export function isRegistered(world: Country, eventId: string): boolean {
  return world.core.index(eventId)?.status === 'REGISTERED'
}

export function isRejected(world: Country, eventId: string): boolean {
  return world.core.index(eventId)?.flags.includes('register:rejected') === true
}

export function record(world: Country, eventId: string) {
  const shown = world.core.index(eventId)
  return {
    status: shown?.status,
    identifier: hasIdentifier(shown?.declaration['child.nid'])
  }
}

function hasIdentifier(value: unknown): 'issued' | 'none' {
  return typeof value === 'string' && value !== '' ? 'issued' : 'none'
}

/** What the form holds once the result of a sign-in has filled it in. */
export function signedInMother({
  verificationStatus,
  evidence,
  attributes
}: FormAnswer): Declaration {
  return {
    'mother.verified': verificationStatus,
    'mother.identity-evidence': evidence ?? '',
    'mother.name': { ...attributes?.name },
    'mother.dob': attributes?.dateOfBirth ?? '',
    'mother.nid': attributes?.identifier ?? ''
  }
}

export function reasonFor(world: Country, eventId: string): string | undefined {
  return world.notices.find(
    ({ hook, notice }) => hook === 'onRejected' && notice.event.id === eventId
  )?.notice.reason
}

export function acceptances(world: Country, eventId: string): number {
  const rows = world.core.event(eventId)?.actions ?? []
  return rows.filter(
    ({ type, status, originalActionId }) =>
      type === 'REGISTER' &&
      status === 'Accepted' &&
      originalActionId !== undefined
  ).length
}
