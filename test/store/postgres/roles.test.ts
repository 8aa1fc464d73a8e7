import { newId } from '../../../src/internal/ids'
import {
  describePostgres,
  usePostgres,
  type PostgresServer
} from '../../postgres/server'
import { entry, sampleDelivery, START } from '../sample-delivery'
import { schemaPlace } from './place'
import { openStore } from './stores'

/** What docs/postgresql.md tells an administrator to run. */
function grants(schema: string, role: string): string {
  return `
    grant usage on schema ${schema} to ${role};
    grant select, insert, update, delete on all tables in schema ${schema} to ${role};
    grant usage on all sequences in schema ${schema} to ${role};
    revoke update, delete on ${schema}.national_id_audit from ${role};
    revoke insert, update, delete on ${schema}.national_id_migration, ${schema}.national_id_migration_lock from ${role};`
}

describePostgres('a role of PostgreSQL', () => {
  let server: PostgresServer
  let role: string

  beforeAll(async () => {
    server = await usePostgres()
  }, 60_000)
  afterAll(() => server.remove())
  beforeEach(() => {
    role = `r_${newId().replaceAll('-', '')}`
  })
  afterEach(() => {
    server.psql(`drop owned by ${role} cascade; drop role ${role}`)
  })

  function urlOf(password: string): string {
    const url = new URL(server.url)
    url.username = role
    url.password = password
    return url.href
  }

  it('that owns nothing but the schema is enough to make the tables and to work', async () => {
    const place = schemaPlace(server)
    server.psql(
      `create role ${role} login password 'p'; create schema ${place.schema} authorization ${role}`
    )
    const store = await openStore({ ...place.options, url: urlOf('p') })
    const delivery = sampleDelivery()
    await store.insert(delivery, [entry(delivery, 'decision.taken')])
    expect(await store.find(delivery.id)).toMatchObject({ id: delivery.id })
    await store.close()
    place.remove()
  })

  it('that may only read and write rows is enough once the tables are there, and cannot change the audit trail', async () => {
    const place = schemaPlace(server)
    const owner = await openStore(place.options)
    await owner.close()
    server.psql(
      `create role ${role} login password 'p'; ${grants(place.schema, role)}`
    )
    const options = { ...place.options, url: urlOf('p') }
    const store = await openStore(options)
    const delivery = sampleDelivery()
    await store.insert(delivery, [entry(delivery, 'decision.taken')])
    await store.claim({
      owner: 'a',
      now: START,
      leaseMs: 1,
      limit: 1,
      states: ['queued']
    })
    await store.update(
      delivery.id,
      { states: ['queued'] },
      { state: 'cancelled' },
      [entry(delivery, 'delivery.cancelled')],
      START
    )
    expect(await store.purge({ before: START + 1, limit: 10 })).toBe(1)
    expect(await store.verifyAudit()).toMatchObject({
      intact: true,
      entries: 2
    })
    await store.close()
    expect(() =>
      server.psql(
        `set role ${role}; delete from ${place.schema}.national_id_audit`
      )
    ).toThrow('permission denied')
    place.remove()
  })

  it('that lacks a privilege is told so, not that there is a bug', async () => {
    const place = schemaPlace(server)
    server.psql(`create role ${role} login password 'p'`)
    await expect(
      openStore({ ...place.options, url: urlOf('p') })
    ).rejects.toMatchObject({ code: 'ERR_STORE_DENIED' })
  })
})
