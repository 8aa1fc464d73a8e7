import { ENCRYPTION } from '../servers/order'
import { recordToken } from '../tokens'
import { internals, type NewDelivery, type Row } from './internals'
import { preparedIds, type Prepared } from './prepared-ids'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

/** Makes the rows of deliveries, sealed as the store seals them. */
export type RowMaker = (prepared: Prepared, index: number) => Row

export async function createRowMaker(privateKey: string): Promise<RowMaker> {
  const { createCipher, toRow } = internals()
  const cipher = await createCipher(ENCRYPTION)
  // Signing one for each of a million rows would take longer than all the rest; none of them is looked into.
  const token = recordToken({ eventId: '', actionId: '' }, privateKey)
  const now = Date.now()
  return (prepared, index) =>
    toRow(cipher, deliveryOf(prepared, index, { now, token }))
}

const PERSON = {
  name: { firstname: 'Mira', middlename: '', surname: 'Exampleson' },
  dateOfBirth: '2026-03-01',
  sex: 'female',
  attributes: {}
}

function deliveryOf(
  { as, seed }: Prepared,
  index: number,
  { now, token }: { now: number; token: string }
): NewDelivery {
  const { actionId, eventId, id } = preparedIds(seed, index)
  const event = { id: eventId, type: 'birth', trackingId: eventId.slice(0, 6) }
  const action = { id: actionId, type: 'REGISTER' }
  const isSubmitted = as === 'submitted' || (as === 'waiting' && index % 2 > 0)
  // Scattered over a day, as retries are.
  const later = now + 2 * DAY_MS + ((index * 7_919) % DAY_MS)
  return {
    id,
    part: 'main',
    event,
    action,
    operation: 'createIdentity',
    mode: 'async',
    coreOwed: 'confirmation',
    state: isSubmitted ? 'submitted' : 'queued',
    rule: 'newborn',
    nextAttemptAt: as === 'queued' ? now : later,
    confirmNotBefore: now,
    // Core has long stored our 202, so it is not asked whether it has.
    createdAt: now - HOUR_MS,
    ...(isSubmitted
      ? { submittedAt: now - HOUR_MS, systemReference: `s-${id}` }
      : {}),
    tokenExpiresAt: now + 7 * DAY_MS,
    secrets: {
      token,
      request: {
        operation: 'createIdentity',
        reference: id,
        event,
        action,
        person: PERSON
      },
      target: {
        eventId,
        eventType: event.type,
        actionId,
        actionType: action.type
      }
    }
  }
}
