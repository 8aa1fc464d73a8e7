import { setTimeout } from 'node:timers/promises'
import {
  describePostgres,
  usePostgres,
  type PostgresServer
} from '../../postgres/server'
import type { PostgresOptions } from '../../../src/store/postgres'
import type { Store } from '../../../src/store/store'
import { ACCEPTED, sampleDelivery, START } from '../sample-delivery'
import { schemaPlace, type SchemaPlace } from './place'
import { openStore, until } from './stores'

type Heard = { at: number; towards: string | undefined }

describePostgres('new work that another process writes', () => {
  let server: PostgresServer
  let place: SchemaPlace
  const opened: Store[] = []

  beforeAll(async () => {
    server = await usePostgres()
  }, 60_000)
  afterAll(() => server.remove())
  beforeEach(() => {
    place = schemaPlace(server)
  })
  afterEach(async () => {
    for (const store of opened.splice(0)) await store.close()
    place.remove()
  })

  async function open(
    changes: Partial<PostgresOptions> = {}
  ): Promise<{ store: Store; heard: Heard[] }> {
    const store = await openStore({ ...place.options, ...changes })
    opened.push(store)
    const heard: Heard[] = []
    store.onWork?.((towards) => {
      heard.push({ at: performance.now(), towards })
    })
    return { store, heard }
  }

  /** Two that listen; what each hears when it begins to is forgotten. */
  async function openTwo() {
    const [one, other] = [await open(), await open()]
    await until(() => one.heard.length > 0 && other.heard.length > 0)
    one.heard.splice(0)
    other.heard.splice(0)
    return { one, other }
  }

  it('is heard within 100 ms, by the others alone, with whom it is for', async () => {
    const { one, other } = await openTwo()
    const delays: number[] = []
    for (let round = 0; round < 5; round += 1) {
      other.heard.splice(0)
      await one.store.insert(sampleDelivery(), [])
      const written = performance.now()
      await until(() => other.heard.length > 0)
      delays.push((other.heard[0]?.at ?? Infinity) - written)
    }
    const [, , median] = delays.sort((a, b) => a - b)
    expect(median).toBeLessThan(100)
    expect(other.heard).toMatchObject([{ towards: 'system' }])
    expect(one.heard).toEqual([])

    other.heard.splice(0)
    const delivery = sampleDelivery()
    await one.store.insert(delivery, [])
    await until(() => other.heard.length > 0)
    other.heard.splice(0)
    await one.store.receive(
      {
        source: 's',
        messageId: 'm',
        deliveryId: delivery.id,
        answer: ACCEPTED,
        now: START,
        nextAttemptAt: START
      },
      () => []
    )
    await until(() => other.heard.length > 0)
    expect(other.heard).toMatchObject([{ towards: 'core' }])
  })

  it('is told once for what comes together', async () => {
    const { one, other } = await openTwo()
    await Promise.all(
      Array.from({ length: 200 }, () => one.store.insert(sampleDelivery(), []))
    )
    await until(() => other.heard.length > 0)
    await setTimeout(100)
    expect(other.heard.length).toBeLessThan(20)
  })

  it('is heard again after the connection that listens was cut, and whatever came meanwhile is looked for', async () => {
    const { one, other } = await openTwo()
    server.psql(
      `select pg_terminate_backend(pid) from pg_stat_activity where query like 'listen %'`
    )
    // Each of them looks once when it listens again.
    await until(() => one.heard.length > 0 && other.heard.length > 0)
    other.heard.splice(0)
    await one.store.insert(sampleDelivery(), [])
    await until(() => other.heard.length > 0)
    expect(other.heard).toMatchObject([{ towards: 'system' }])
  })

  it('is told nobody where listening is switched off, and nothing needs a session', async () => {
    const { store } = await open({ listen: false })
    expect(store.onWork).toBeUndefined()
    const delivery = sampleDelivery()
    await store.insert(delivery, [])
    for (let round = 0; round < 5; round += 1) {
      expect(await store.find(delivery.id)).toMatchObject({ id: delivery.id })
      // As a pooler does: the session is another one, or was cleaned, each time.
      server.psql(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where application_name = 'opencrvs-national-id'`
      )
      await store.check()
    }
    expect(
      server
        .psql(
          `select count(*) from pg_stat_activity
           where query ilike 'listen%' or query ilike 'prepare%'`
        )
        .trim()
    ).toBe('0')
    expect(
      await store.claim({
        owner: 'a',
        now: START,
        leaseMs: 1000,
        limit: 1,
        states: ['queued']
      })
    ).toHaveLength(1)
  })
})
