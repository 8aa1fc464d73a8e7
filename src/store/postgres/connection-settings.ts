import type { ClientConfig } from 'pg'
import { StoreError } from '../../domain/errors'
import { resolveSecret } from '../../internal/secret'
import type { PostgresPlace, PostgresTls } from './postgres-options'
import {
  DEFAULT_PORT,
  isThisMachine,
  readUrl,
  type Address
} from './postgres-url'

/**
 * What `pg` needs to find the server. Secrets are read anew for each connection, so that a password that was rotated is
 * used without a restart.
 *
 * @throws StoreError `ERR_STORE_URL` when the URL that a function gave is none
 * @throws NationalIdError `ERR_SECRET` when a secret's function fails
 */
export async function connectionSettings(
  place: PostgresPlace
): Promise<ClientConfig> {
  const address = await addressOf(place)
  const tls = isWithoutTls(place.ssl, address.host)
    ? false
    : await readTls(place.ssl)
  return {
    host: address.host,
    port: address.port,
    database: address.database,
    user: address.user,
    password: async () => (await addressOf(place)).password ?? '',
    ssl: tls,
    application_name: 'opencrvs-national-id',
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    // Notices a peer that has vanished, and keeps firewalls from forgetting.
    keepAlive: true,
    keepAliveInitialDelayMillis: 10_000
  }
}

const CONNECT_TIMEOUT_MS = 5_000

/** Whether the network can read what is sent: the default only on this very machine. */
function isWithoutTls(ssl: PostgresPlace['ssl'], host: string): boolean {
  return ssl === false || (ssl === undefined && isThisMachine(host))
}

async function readTls(
  ssl: PostgresPlace['ssl']
): Promise<Record<string, string | boolean>> {
  const read: Record<string, string | boolean> = { rejectUnauthorized: true }
  if (typeof ssl !== 'object') return read
  for (const part of ['ca', 'cert', 'key'] as const) {
    const secret: PostgresTls[typeof part] = ssl[part]
    if (secret === undefined) continue
    read[part] = await resolveSecret(secret, `store.ssl.${part}`)
  }
  return read
}

async function addressOf(place: PostgresPlace): Promise<Address> {
  if (place.url === undefined) {
    const { host, port, database, user, password } = place
    return {
      host: host ?? 'localhost',
      port: port ?? DEFAULT_PORT,
      database: database ?? '',
      user: user ?? '',
      password:
        password === undefined
          ? undefined
          : await resolveSecret(password, 'store.password')
    }
  }
  const address = readUrl(await resolveSecret(place.url, 'store.url'))
  if (typeof address !== 'string') return address
  throw new StoreError(
    `The PostgreSQL store cannot be opened: its URL ${address} Nothing was changed.`,
    { code: 'ERR_STORE_URL' }
  )
}
