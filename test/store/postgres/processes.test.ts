import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import {
  describePostgres,
  usePostgres,
  type PostgresServer
} from '../../postgres/server'
import { schemaPlace } from './place'
import { openStore } from './stores'

type Report = { ended?: string[]; failed?: string }

async function startProcess(): Promise<ChildProcess> {
  const child = fork(join(__dirname, 'process.js'))
  await once(child, 'message')
  return child
}

async function work(child: ChildProcess, order: object): Promise<Report> {
  const exited = once(child, 'exit')
  const told = once(child, 'message')
  child.send(order)
  // The child sends nothing else.
  const [report] = (await told) as [Report]
  await exited
  return report
}

describePostgres('processes on one PostgreSQL schema', () => {
  let server: PostgresServer

  beforeAll(async () => {
    server = await usePostgres()
  }, 60_000)
  afterAll(() => server.remove())

  it.each([2, 4])(
    '%i that start at once make the tables once, end each delivery once, and keep one audit chain',
    async (count) => {
      const place = schemaPlace(server)
      const children = await Promise.all(
        Array.from({ length: count }, startProcess)
      )
      const reports = await Promise.all(
        children.map((child, index) =>
          work(child, {
            options: place.options,
            owner: `owner-${index}`,
            count: 60
          })
        )
      )
      expect(reports.map(({ failed }) => failed)).toEqual(
        Array.from({ length: count }, () => undefined)
      )
      const ended = reports.flatMap((report) => report.ended ?? [])
      expect(ended).toHaveLength(60 * count)
      expect(new Set(ended).size).toBe(60 * count)
      // Nobody was left out.
      for (const report of reports) expect(report.ended).not.toEqual([])

      const store = await openStore(place.options)
      expect(await store.countByState()).toEqual({ delivered: 60 * count })
      expect(await store.verifyAudit()).toMatchObject({
        intact: true,
        entries: 120 * count
      })
      await store.close()
      place.remove()
    }
  )

  it('make the tables one after the other, however often they start together', async () => {
    for (let round = 0; round < 5; round += 1) {
      const place = schemaPlace(server)
      const stores = await Promise.all(
        Array.from({ length: 4 }, () => openStore(place.options))
      )
      const names = place
        .query('select name from national_id_migration')
        .map(({ name }) => name)
      expect(names).toContain('0001-first-tables')
      expect(new Set(names).size).toBe(names.length)
      for (const store of stores) await store.check()
      for (const store of stores) await store.close()
      place.remove()
    }
  })
})
