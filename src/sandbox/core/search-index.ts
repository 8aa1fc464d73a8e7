import { CoreFailure, internalFailure } from './core-failure'
import { fieldIdsOf, type EventConfiguration } from './event-configuration'
import type { EventRecord } from './event-record'
import { eventState, type EventState } from './event-state'
import { recordDeclaration } from './record-declaration'

/**
 * What search and work queues show. It is written by calls, from the rows that
 * the call had read, so it can be older than the rows (FACTS C6).
 */
export type SearchIndex = {
  /** What was indexed last; undefined for a record that never was (FACTS B8). */
  find(eventId: string): EventState | undefined
  /**
   * Indexes the record as given.
   *
   * @throws CoreFailure 500 when a value's field is not configured; what was
   *   indexed before stays (FACTS B5)
   */
  write(event: EventRecord): void
  /** The state as the given rows have it. */
  stateOf(event: EventRecord): EventState
  /** Whether the record holds a value of a field that is not configured, so that core can no longer read it (FACTS B5). */
  isBricked(event: EventRecord): boolean
  /** Field ids of an event type. */
  fieldIds(eventType: string): Set<string>
}

/** An empty index over these configurations. */
export function createSearchIndex(
  configurations: readonly EventConfiguration[]
): SearchIndex {
  const states = new Map<string, EventState>()

  function configurationOf(eventType: string): EventConfiguration {
    const found = configurations.find(({ id }) => id === eventType)
    if (found !== undefined) return found
    throw new CoreFailure(
      'NOT_FOUND',
      `No configuration found for event type: ${eventType}`
    )
  }
  function isBricked(event: EventRecord): boolean {
    const known = fieldIdsOf(configurationOf(event.type))
    return Object.keys(recordDeclaration(event)).some((id) => !known.has(id))
  }
  function stateOf(event: EventRecord): EventState {
    return eventState(event, configurationOf(event.type))
  }

  return {
    find: (eventId) => structuredClone(states.get(eventId)),
    write(event) {
      if (isBricked(event)) throw internalFailure()
      states.set(event.id, stateOf(event))
    },
    stateOf,
    isBricked,
    fieldIds: (eventType) => fieldIdsOf(configurationOf(eventType))
  }
}
