import { createCipher } from '../../src/internal/encryption'
import type { EncryptionOption } from '../../src/internal/key-ring'
import type { Clock } from '../../src/internal/clock'
import type { Store, StoreDependencies } from '../../src/store/store'
import { describeAudit } from './contract-audit'
import { describeClaims } from './contract-claims'
import { describeDeliveries } from './contract-deliveries'
import { describeInbound } from './contract-inbound'
import { describeKeptProofs } from './contract-kept-proofs'
import { describeReadable } from './contract-readable'
import { describeSecrets } from './contract-secrets'
import { describeTickets } from './contract-tickets'
import { ENCRYPTION, heldClock } from './sample-delivery'

/** One database, made empty for one test. */
export type Place = {
  /** A store on this database; several may be made. */
  create(dependencies: StoreDependencies): Store
  /** Changes the database behind the store's back. */
  execute(statement: string): void
  query(statement: string): Array<Record<string, unknown>>
  /** All that is on disk, logs included. */
  bytes(): Buffer
  remove(): void
}

/** An empty database with an open store, for one test. */
export type Bench = {
  place: Place
  store: Store
  clock: Clock & { at: number }
  /** A further store on the same database, open. */
  another(encryption?: EncryptionOption): Promise<Store>
}

/** Runs a test on a fresh database and removes it afterwards. */
export type Use = (test: (bench: Bench) => Promise<void>) => () => Promise<void>

/** What every store must do, whatever it keeps its rows in. */
export function describeStore(name: string, makePlace: () => Place): void {
  const use: Use = (test) => async () => {
    const place = makePlace()
    const clock = heldClock()
    const stores: Store[] = []
    async function another(
      encryption: EncryptionOption = ENCRYPTION
    ): Promise<Store> {
      const cipher = await createCipher(encryption)
      const store = place.create({ cipher, clock })
      await store.open()
      stores.push(store)
      return store
    }
    try {
      const store = await another()
      await test({ place, store, clock, another })
    } finally {
      for (const store of stores) await store.close()
      place.remove()
    }
  }

  describe(`the ${name} store`, () => {
    describeDeliveries(use)
    describeClaims(use)
    describeInbound(use)
    describeSecrets(use)
    describeAudit(use)
    describeTickets(use)
    describeKeptProofs(use)
    describeReadable(use)
  })
}
