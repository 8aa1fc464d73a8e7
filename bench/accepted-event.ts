import { recordedTrigger } from './recorded-trigger'

/** An event document as core has it once a registration is accepted, with the ids that stand for those of a record. */
export type AcceptedEvent = {
  document: string
  eventId: string
  actionId: string
}

/** The recorded registration, accepted. */
export function acceptedEvent(): AcceptedEvent {
  const { document } = recordedTrigger('REGISTER')
  const requested = document.actions.at(-1)
  if (requested === undefined) throw new Error('unexpected fixture')
  const answer = {
    ...requested,
    id: '00000000-0000-4000-8000-000000000001',
    status: 'Accepted',
    originalActionId: requested.id,
    registrationNumber: 'bench'
  }
  return {
    document: JSON.stringify({
      ...document,
      actions: [...document.actions, answer]
    }),
    eventId: document.id,
    actionId: requested.id
  }
}
