import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { setTimeout } from 'node:timers/promises'
import { Client } from 'pg'
import { StoreError } from '../../../src/domain/errors'
import type { Store } from '../../../src/store/store'
import {
  describeOwnPostgres,
  startPostgres,
  type PostgresServer
} from '../../postgres/server'
import { entry, sampleDelivery } from '../sample-delivery'
import { schemaPlace, type SchemaPlace } from './place'
import { openStore, until } from './stores'

/** What a call threw, or that it threw nothing. */
function thrownBy(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => 'nothing was thrown',
    (thrown: unknown) => thrown
  )
}

type Proxy = {
  port: number
  freeze(isFrozen: boolean): void
  close(): Promise<void>
}

/** Stands before the server, and may swallow whatever comes. */
async function startProxy(host: string, port: number): Promise<Proxy> {
  let isFrozen = false
  const sockets = new Set<Socket>()
  const listener = createServer((socket) => {
    const behind = connect(port, host)
    for (const each of [socket, behind]) {
      sockets.add(each)
      each.on('error', () => undefined)
      each.on('close', () => {
        socket.destroy()
        behind.destroy()
      })
    }
    socket.on('data', (data) => isFrozen || behind.write(data))
    behind.on('data', (data) => isFrozen || socket.write(data))
  })
  await new Promise<void>((resolve) => {
    listener.listen(0, '127.0.0.1', resolve)
  })
  return {
    // A server that listens on a port has such an address.
    port: (listener.address() as AddressInfo).port,
    freeze(now) {
      isFrozen = now
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => listener.close(resolve))
    }
  }
}

describeOwnPostgres('a fault of the PostgreSQL server', () => {
  let server: PostgresServer
  let place: SchemaPlace
  let store: Store

  beforeAll(async () => {
    server = await startPostgres({ max_connections: '20' })
  }, 60_000)
  afterAll(() => server.remove())
  beforeEach(async () => {
    place = schemaPlace(server)
    store = await openStore(place.options)
  })
  afterEach(async () => {
    await store.close()
    place.remove()
  })

  async function writes(): Promise<boolean> {
    return (await thrownBy(store.check())) === 'nothing was thrown'
  }

  it('that crashes in the middle of work loses nothing, and the store goes on by itself when it is back', async () => {
    const kept: string[] = []
    const failures: unknown[] = []
    let isOver = false
    async function write(): Promise<void> {
      while (!isOver) {
        const delivery = sampleDelivery()
        try {
          await store.insert(delivery, [entry(delivery, 'decision.taken')])
          kept.push(delivery.id)
        } catch (thrown) {
          failures.push(thrown)
          await setTimeout(20)
        }
      }
    }
    const writing = Promise.all([write(), write(), write(), write()])
    await until(() => kept.length > 50)
    server.stop('immediate')
    const before = kept.length
    await until(() => failures.length > 0)
    expect(await thrownBy(store.check())).toMatchObject({
      name: 'StoreError',
      code: 'ERR_STORE_LOST',
      retryable: true
    })
    server.start()
    await until(() => kept.length > before + 50)
    isOver = true
    await writing

    for (const failure of failures) {
      expect(failure).toBeInstanceOf(StoreError)
      expect(failure).toMatchObject({ retryable: true })
    }
    await store.check()
    // Whoever was told that a delivery is written finds it; one that failed may be there, if its commit had arrived.
    const there = place.query('select id from national_id_delivery')
    const ids = new Set(there.map(({ id }) => id))
    expect(kept.filter((id) => !ids.has(id))).toEqual([])
    expect(await store.verifyAudit()).toMatchObject({
      intact: true,
      entries: ids.size
    })
  })

  it('that cuts every connection is not noticed by whoever writes or reads', async () => {
    const delivery = sampleDelivery()
    await store.insert(delivery, [])
    for (let round = 0; round < 5; round += 1) {
      server.psql(
        `select pg_terminate_backend(pid) from pg_stat_activity
         where application_name = 'opencrvs-national-id'`
      )
      await store.insert(sampleDelivery(), [])
      expect(await store.find(delivery.id)).toMatchObject({ id: delivery.id })
    }
  })

  it('that was given tables of a later version while we run is none', async () => {
    const deliveries = Array.from({ length: 6 }, () => sampleDelivery())
    for (const delivery of deliveries) await store.insert(delivery, [])
    const cancel = (id: string) =>
      store.update(id, { states: ['queued'] }, { state: 'cancelled' }, [], 1)
    // The statements are prepared with their second use.
    for (const { id } of deliveries.slice(0, 3)) {
      await store.find(id)
      await cancel(id)
    }
    server.psql(
      `alter table ${place.schema}.national_id_delivery add column later text`
    )
    for (const { id } of deliveries.slice(3)) {
      expect(await store.find(id)).toMatchObject({ state: 'queued' })
      expect(await cancel(id)).toMatchObject({ state: 'cancelled' })
    }
  })

  it('that has become read-only is a passing one; the next connection finds the one that writes', async () => {
    server.psql('alter system set default_transaction_read_only = on')
    server.psql('select pg_reload_conf()')
    await until(async () => !(await writes()))
    expect(await thrownBy(store.insert(sampleDelivery(), []))).toMatchObject({
      code: 'ERR_STORE_READ_ONLY',
      retryable: true
    })
    expect((await store.list({ limit: 1 })).deliveries).toEqual([])
    server.psql('alter system reset default_transaction_read_only')
    server.psql('select pg_reload_conf()')
    await until(writes)
  })

  it('that takes no more connections is a passing one', async () => {
    await store.close()
    server.psql(`create role plain login; grant create on database postgres to plain;
      alter role plain connection limit 2`)
    const url = server.url.replace('postgres@', 'plain@')
    const options = { ...place.options, url, schema: `${place.schema}_plain` }
    const many = await openStore({ ...options, listen: false })
    // It holds one connection; the second has two to read with, and may have one.
    const crowd = [
      many.countByState(),
      many.oldestOpen(),
      many.list({ limit: 1 })
    ]
    const results = await Promise.allSettled(crowd)
    const failed = results.flatMap((result) =>
      result.status === 'rejected' ? [result.reason as unknown] : []
    )
    expect(failed.length).toBeGreaterThan(0)
    for (const failure of failed)
      expect(failure).toMatchObject({
        code: 'ERR_STORE_CROWDED',
        retryable: true
      })
    await many.check()
    await many.close()
    server.psql(`drop schema ${options.schema} cascade;
      revoke create on database postgres from plain; drop role plain`)
  })

  it('that does not let us in says what to check, and nothing of the password', async () => {
    const url = server.url.replace('postgres@', 'nobody:s3cret-word@')
    const failure = await thrownBy(openStore({ ...place.options, url }))
    expect(failure).toMatchObject({ code: 'ERR_STORE_DENIED' })
    const { cause } = failure as { cause: unknown }
    const told = [failure, cause].map(
      (one) =>
        JSON.stringify(one, Object.getOwnPropertyNames(one)) + String(one)
    )
    for (const text of told)
      for (const word of ['s3cret-word', 'nobody', server.url])
        expect(text).not.toContain(word)
  })

  it('that answers nothing is given up after a while, and does not stop the store for ever', async () => {
    const { hostname, port } = new URL(server.url)
    const proxy = await startProxy(hostname, Number(port))
    const slow = await openStore({
      ...place.options,
      url: server.url.replace(`:${port}`, `:${proxy.port}`),
      statementTimeoutMs: 100,
      listen: false
    })
    proxy.freeze(true)
    const began = performance.now()
    expect(await thrownBy(slow.check())).toMatchObject({
      code: 'ERR_STORE_LOST',
      retryable: true
    })
    expect(performance.now() - began).toBeLessThan(8_000)
    proxy.freeze(false)
    await until(
      async () => (await thrownBy(slow.check())) === 'nothing was thrown'
    )
    await slow.close()
    await proxy.close()
  })

  it('that waits for a lock ends the statement, and is a passing one', async () => {
    const hasty = await openStore({ ...place.options, statementTimeoutMs: 200 })
    const holder = new Client({ connectionString: server.url })
    await holder.connect()
    await holder.query(`begin; lock table ${place.schema}.national_id_check`)
    expect(await thrownBy(hasty.check())).toMatchObject({
      code: 'ERR_STORE_BUSY',
      retryable: true
    })
    await holder.end()
    await hasty.check()
    await hasty.close()
  })
})
