import { connect, createServer, type AddressInfo, type Socket } from 'node:net'
import { createAbandonedTriggers } from '../../../src/delivery/abandoned'
import { insertForSure } from '../../../src/handlers/unsure-insert'
import type { Store } from '../../../src/store/store'
import {
  describeOwnPostgres,
  startPostgres,
  type PostgresServer
} from '../../postgres/server'
import { entry, sampleDelivery } from '../sample-delivery'
import { schemaPlace } from './place'
import { openStore, until } from './stores'

/** Stands before the server, and cuts one connection at its next commit. */
type Cutter = {
  port: number
  cutAtCommit(reaches: 'the server' | 'nobody'): void
  close(): Promise<void>
}

async function startCutter(host: string, port: number): Promise<Cutter> {
  let reaches: 'the server' | 'nobody' | undefined
  const sockets = new Set<Socket>()
  const listener = createServer((socket) => {
    const behind = connect(port, host)
    for (const each of [socket, behind]) {
      sockets.add(each)
      each.on('error', () => undefined)
    }
    socket.on('close', () => behind.end())
    behind.on('close', () => socket.destroy())
    behind.on('data', (data) => socket.write(data))
    socket.on('data', (data) => {
      if (reaches === undefined || !data.includes('commit\0')) {
        behind.write(data)
        return
      }
      if (reaches === 'the server') behind.write(data)
      reaches = undefined
      socket.destroy()
    })
  })
  await new Promise<void>((resolve) => {
    listener.listen(0, '127.0.0.1', resolve)
  })
  return {
    // A server that listens on a port has such an address.
    port: (listener.address() as AddressInfo).port,
    cutAtCommit(next) {
      reaches = next
    },
    async close() {
      for (const socket of sockets) socket.destroy()
      await new Promise((resolve) => listener.close(resolve))
    }
  }
}

describeOwnPostgres('a connection that is cut during the commit', () => {
  let server: PostgresServer
  let cutter: Cutter
  let store: Store
  let logs: object[]

  beforeAll(async () => {
    server = await startPostgres({ max_connections: '20' })
  }, 60_000)
  afterAll(() => server.remove())
  beforeEach(async () => {
    const { hostname, port } = new URL(server.url)
    cutter = await startCutter(hostname, Number(port))
    const url = server.url.replace(`:${port}`, `:${cutter.port}`)
    store = await openStore({
      ...schemaPlace(server).options,
      url,
      listen: false
    })
    logs = []
  })
  afterEach(async () => {
    await store.close()
    await cutter.close()
  })

  it.each(['the server', 'nobody'] as const)(
    'leaves one delivery, which its trigger knows to be its own, when the commit reached %s',
    async (reached) => {
      const note = (fields: object) => logs.push(fields)
      const logger = { debug: note, info: note, warn: note, error: note }
      const abandoned = createAbandonedTriggers()
      const main = sampleDelivery()
      cutter.cutAtCommit(reached)
      const { delivery, inserted } = await insertForSure(
        { abandoned, logger, store },
        { main, following: [], audit: [entry(main, 'decision.taken')] },
        new AbortController().signal
      )
      expect({ id: delivery.id, inserted }).toEqual({
        id: main.id,
        inserted: true
      })
      expect(logs).toEqual([
        expect.objectContaining({
          deliveryId: main.id,
          code: 'ERR_STORE_LOST'
        })
      ])
      expect(abandoned.unsettled()).toEqual([])
      expect(await store.countByState()).toEqual({ queued: 1 })
      expect(await store.verifyAudit()).toMatchObject({
        intact: true,
        entries: 1
      })
    }
  )

  it('is told as an outcome that nobody knows, and another write is not', async () => {
    const main = sampleDelivery()
    cutter.cutAtCommit('the server')
    await expect(store.insert(main, [])).rejects.toMatchObject({
      code: 'ERR_STORE_LOST',
      retryable: true,
      outcomeUnknown: true
    })
    await until(async () => (await store.find(main.id)) !== undefined)
  })
})
