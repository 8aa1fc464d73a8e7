import type { ResolvedEvent, ResolvedOptions } from '../../config/resolved'

type Events = Pick<ResolvedOptions, 'events'>

/** Whether the event is configured and has this person. */
export function isPersonOf(
  { events }: Events,
  event: string,
  person: string
): boolean {
  const known = Object.hasOwn(events, event) ? events[event] : undefined
  return known !== undefined && has(known, person)
}

/** Whether any configured event has this person. */
export function isPersonOfAny({ events }: Events, person: string): boolean {
  return Object.values(events).some((event) => has(event, person))
}

function has({ subject, people }: ResolvedEvent, person: string): boolean {
  return subject === person || people.includes(person)
}
