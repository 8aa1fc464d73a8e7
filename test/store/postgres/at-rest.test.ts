import { readdirSync, readFileSync, statSync } from 'node:fs'
import * as path from 'node:path'
import {
  describeOwnPostgres,
  startPostgres,
  type PostgresServer
} from '../../postgres/server'
import {
  ACCEPTED,
  entry,
  PERSONAL,
  sampleDelivery,
  START
} from '../sample-delivery'
import { schemaPlace } from './place'
import { openStore } from './stores'

/** Every file of a folder, whatever it is. */
function filesIn(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const file = path.join(folder, name)
    if (statSync(file).isDirectory()) return filesIn(file)
    return [file]
  })
}

describeOwnPostgres('the files of a PostgreSQL server', () => {
  let server: PostgresServer

  beforeAll(async () => {
    server = await startPostgres()
  }, 60_000)
  afterAll(() => server.remove())

  /** The files in which a text stands: tables, indices, the log ahead, whatever else. */
  function filesWith(text: string | Buffer): string[] {
    server.psql('checkpoint')
    return filesIn(server.data ?? '').filter((file) =>
      readFileSync(file).includes(text)
    )
  }

  it('hold nothing personal in clear text, while a delivery waits and after it has ended; and no sealed value in the table once it is vacuumed', async () => {
    const place = schemaPlace(server)
    const store = await openStore(place.options)
    const delivery = sampleDelivery()
    await store.insert(delivery, [entry(delivery, 'decision.taken')])
    await store.update(
      delivery.id,
      { states: ['queued'] },
      {
        state: 'answered',
        answer: ACCEPTED,
        registrationNumber: PERSONAL.registrationNumber
      },
      [],
      START
    )
    await store.addTicket(
      {
        digest: 'd',
        session: 's',
        createdAt: START,
        expiresAt: START + 1,
        content: PERSONAL.surname
      },
      []
    )
    // The row is there, so this looks in the right place.
    expect(filesWith(delivery.id)).not.toEqual([])
    const [row] = place.query(
      'select sealed_work, sealed_token from national_id_delivery'
    )
    const sealed = Object.values(row ?? {}).filter((value) =>
      Buffer.isBuffer(value)
    )
    expect(sealed).toHaveLength(2)
    const table = server
      .psql(
        `select pg_relation_filepath('${place.schema}.national_id_delivery')`
      )
      .trim()
    expect(
      filesWith(sealed[1] ?? '').some((file) => file.endsWith(table))
    ).toBe(true)
    for (const text of Object.values(PERSONAL))
      expect(filesWith(text)).toEqual([])

    await store.update(
      delivery.id,
      { states: ['answered'] },
      { state: 'confirmed' },
      [entry(delivery, 'delivery.confirmed')],
      START
    )
    await store.purgeTickets({
      now: START + 1,
      redeemedBefore: START + 1,
      limit: 10
    })
    server.psql(`vacuum full ${place.schema}.national_id_delivery`)
    for (const text of Object.values(PERSONAL))
      expect(filesWith(text)).toEqual([])
    const after = server
      .psql(
        `select pg_relation_filepath('${place.schema}.national_id_delivery')`
      )
      .trim()
    for (const value of sealed)
      expect(filesWith(value).some((file) => file.endsWith(after))).toBe(false)
    await store.close()
    place.remove()
  })
})
