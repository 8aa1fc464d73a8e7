import {
  describePostgres,
  usePostgres,
  type PostgresServer
} from '../../postgres/server'
import { describeStore } from '../contract'
import { schemaPlace } from './place'

describePostgres('on a PostgreSQL server', () => {
  let server: PostgresServer

  beforeAll(async () => {
    // What a crash leaves is another test's question; waiting for the disk doubles the time.
    server = await usePostgres({ fsync: 'off' })
  }, 60_000)

  afterAll(() => server.remove())

  describeStore('PostgreSQL', () => schemaPlace(server))
})
