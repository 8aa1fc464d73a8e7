import type { JsonObject } from '../../domain/json'

/** How many things are kept; the oldest go first. More than any trial makes. */
const KEPT = 5_000

/** What the provider stores, in memory. It outlives a change of keys, unlike the library's own. */
export type MemoryStorage = {
  /** For `adapter` of the library's configuration. */
  adapter(model: string): object
  /** Stores a client's metadata, to be found from now on. */
  putClient(clientId: string, metadata: JsonObject): void
}

type Entry = { payload: JsonObject; model: string }

/** An empty storage. */
export function createMemoryStorage(): MemoryStorage {
  const entries = new Map<string, Entry>()

  function put(model: string, id: string, payload: JsonObject): void {
    entries.set(`${model} ${id}`, { model, payload })
    for (const key of entries.keys()) {
      if (entries.size <= KEPT) return
      if (!key.startsWith('Client ')) entries.delete(key)
    }
  }

  function search(model: string, key: string, value: string) {
    for (const entry of entries.values()) {
      if (entry.model === model && entry.payload[key] === value) {
        return entry.payload
      }
    }
    return undefined
  }

  return {
    putClient: (clientId, metadata) => {
      put('Client', clientId, metadata)
    },
    // The shape that the library's documentation asks of an adapter. It checks
    // itself whether something has expired.
    adapter: (model) => ({
      upsert: async (id: string, payload: JsonObject) => {
        put(model, id, payload)
      },
      find: async (id: string) => entries.get(`${model} ${id}`)?.payload,
      findByUid: async (uid: string) => search(model, 'uid', uid),
      findByUserCode: async (code: string) => search(model, 'userCode', code),
      destroy: async (id: string) => void entries.delete(`${model} ${id}`),
      consume: async (id: string) => {
        const entry = entries.get(`${model} ${id}`)
        // Any value that is true will do: only whether it was used counts.
        if (entry !== undefined) entry.payload['consumed'] = 1
      },
      revokeByGrantId: async (grantId: string) => {
        for (const [key, { payload }] of entries) {
          if (payload['grantId'] === grantId) entries.delete(key)
        }
      }
    })
  }
}
