import type { JsonValue } from '../../domain/json'

/** A flag that an accepted action sets on the record, or takes from it. */
export type FlagChange = { id: string; operation: 'add' | 'remove' }

/** The parts of an OpenCRVS event configuration that the simulator uses. Others may stand beside them. */
export type EventConfiguration = {
  /** The event type: `birth`. */
  id: string
  declaration: {
    pages: Array<{
      id: string
      fields: Array<{ id: string; type: string; [key: string]: JsonValue }>
      [key: string]: JsonValue
    }>
    [key: string]: JsonValue
  }
  actions: Array<{
    /** Upper case. */
    type: string
    /** With `CUSTOM`. */
    customActionType?: string
    flags?: FlagChange[]
  }>
}

/** Ids of the declaration fields of an event. */
export function fieldIdsOf(configuration: EventConfiguration): Set<string> {
  return new Set(
    configuration.declaration.pages.flatMap((page) =>
      page.fields.map((field) => field.id)
    )
  )
}
