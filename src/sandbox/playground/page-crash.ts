/** What would take the client's whole page down, and the field that does it. */
export class PageCrash extends Error {
  readonly fieldId: string

  constructor(fieldId: string, cause: unknown) {
    const reason = cause instanceof Error ? cause.message : String(cause)
    super(`${fieldId}: ${reason}`, { cause })
    this.name = 'PageCrash'
    this.fieldId = fieldId
  }
}

/**
 * Does something on behalf of a field.
 *
 * @throws PageCrash naming the field, for whatever the work throws
 */
export function onBehalfOf<T>(fieldId: string, work: () => T): T {
  try {
    return work()
  } catch (error) {
    throw error instanceof PageCrash ? error : new PageCrash(fieldId, error)
  }
}
