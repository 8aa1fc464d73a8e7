import { createHash } from 'node:crypto'
import type { ClientConfig } from 'pg'
import type { WorkSignal, WorkTowards } from '../kysely/work-signal'
import { LastingConnection } from './lasting-connection'

/** What is told within this time is told once. */
const GATHER_MS = 20

/**
 * New work over PostgreSQL's LISTEN and NOTIFY, on a connection of its own. The notification is sent after the commit,
 * not within it: PostgreSQL lets transactions that notify commit one after the other only.
 *
 * @param config read for each connection
 * @param onWork another process has written something, or may have while nobody listened
 */
export function createPostgresSignal(
  config: () => Promise<ClientConfig>,
  schema: string,
  onWork: (towards: WorkTowards) => void
): WorkSignal {
  const channel = channelOf(schema)
  let gathering: NodeJS.Timeout | undefined
  let told = new Set<WorkTowards>()
  const connection = new LastingConnection(config, {
    begin: `listen ${channel}`,
    onBegun() {
      // What was told while nobody listened here.
      onWork(undefined)
    },
    onNotification({ payload }) {
      onWork(payload === 'system' || payload === 'core' ? payload : undefined)
    }
  })

  function send(): void {
    gathering = undefined
    const [towards] = told
    const isForAll = told.size > 1 || towards === undefined
    told = new Set()
    connection.ask('select pg_notify($1, $2)', [
      channel,
      isForAll ? '' : towards
    ])
  }

  return {
    start() {
      void connection.start()
    },
    tell(towards) {
      told.add(towards)
      gathering ??= setTimeout(send, GATHER_MS).unref()
    },
    async stop() {
      clearTimeout(gathering)
      await connection.stop()
    }
  }
}

/** Each schema has its own. A digest, since the name of a channel may have 63 characters. */
function channelOf(schema: string): string {
  const digest = createHash('sha256').update(schema).digest('hex')
  return `national_id_${digest.slice(0, 16)}`
}
