import { setTimeout } from 'node:timers/promises'
import { createDeliveryWorker } from '../../../src/delivery/worker'
import { createCipher } from '../../../src/internal/encryption'
import type { Store } from '../../../src/store/store'
import {
  agreeableCore,
  sayingSystem,
  workbench
} from '../../delivery/workbench'
import {
  describePostgres,
  usePostgres,
  type PostgresServer
} from '../../postgres/server'
import { ENCRYPTION, heldClock, sampleDelivery } from '../sample-delivery'
import { schemaPlace, type SchemaPlace } from './place'
import { until } from './stores'

describePostgres('the worker of one process', () => {
  let server: PostgresServer
  let place: SchemaPlace

  beforeAll(async () => {
    server = await usePostgres()
  }, 60_000)
  afterAll(() => server.remove())

  it('takes up at once what another process has written, although it looks by itself only once a minute', async () => {
    place = schemaPlace(server)
    const cipher = await createCipher(ENCRYPTION)
    const clock = heldClock()
    const stores: Store[] = []
    async function open(): Promise<Store> {
      const store = place.create({ cipher, clock })
      await store.open()
      stores.push(store)
      return store
    }
    const [here, there] = [await open(), await open()]
    const system = sayingSystem(() => ({ outcome: 'pending' }))
    const bench = await workbench(system, agreeableCore(), {
      store: here,
      clock,
      settings: { pollMs: 60_000 }
    })
    const worker = createDeliveryWorker(bench.dependencies)
    worker.start()
    // It has begun to listen, has looked, and sleeps.
    await until(
      () =>
        server
          .psql(
            "select count(*) from pg_stat_activity where query like 'listen %'"
          )
          .trim() === '2'
    )
    await setTimeout(200)

    const began = performance.now()
    await there.insert(sampleDelivery(), [])
    await until(() => system.calls === 1, 5_000)
    expect(performance.now() - began).toBeLessThan(500)

    await worker.stop()
    await bench.close()
    for (const store of stores) await store.close()
    place.remove()
  })
})
