import { newId } from '../../internal/ids'
import { createFormEngine, type FormEngine } from './form-engine'
import type { FormSessionOptions } from './form-session'
import type { FormValues } from './form-values'

/** A record under declaration: its draft outlives each load of the page. */
type DraftRecord = {
  draft: FormValues
  online: boolean
  /** The newest load of the page; older ones have nothing to say any more. */
  load?: { id: string; engine: FormEngine }
}

/** The records that were begun, the newest ones only. */
export type PlaygroundRecords = {
  /** A browser loaded a page of the record, new or not. */
  open(
    eventId: string,
    options: FormSessionOptions
  ): { load: string; engine: FormEngine }
  /** The engine of that load; undefined when another came after it. */
  engineOf(eventId: string, load: string): FormEngine | undefined
  /** Keeps what the form holds now. */
  save(eventId: string): void
  forget(eventId: string): void
}

/** A page left open for long must not grow for ever. */
const MAX_RECORDS = 200

export function createPlaygroundRecords(): PlaygroundRecords {
  const records = new Map<string, DraftRecord>()
  return {
    open(eventId, options) {
      const record = records.get(eventId) ?? { draft: {}, online: true }
      // Moves it to the end: the oldest stands first.
      records.delete(eventId)
      records.set(eventId, record)
      for (const id of records.keys()) {
        if (records.size <= MAX_RECORDS) break
        records.delete(id)
      }
      const engine = createFormEngine({
        ...options,
        draft: record.draft,
        online: record.online
      })
      record.load = { id: newId(), engine }
      record.draft = engine.draft()
      return { load: record.load.id, engine }
    },
    engineOf(eventId, load) {
      const current = records.get(eventId)?.load
      return current?.id === load ? current.engine : undefined
    },
    save(eventId) {
      const record = records.get(eventId)
      if (record?.load === undefined) return
      record.draft = record.load.engine.draft()
      record.online = record.load.engine.view().online
    },
    forget: (eventId) => void records.delete(eventId)
  }
}
