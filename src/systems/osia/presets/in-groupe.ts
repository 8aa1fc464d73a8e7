import { isRecord } from '../../../internal/json'
import type { SystemFactory } from '../../system'
import { osiaFactory } from '../create'
import type { OsiaOptions } from '../options'

/**
 * IN Groupe, by OSIA 7.1: numbers from `generateUIN`, events that the register
 * reads back, and, where `urls.dataAccess` is given, verification by
 * `matchPersonAttributes`. Every option of `osia()` may be given and wins.
 *
 * ```ts
 * system: inGroupe({
 *   urls: { uin: '…', notification: '…', dataAccess: '…' },
 *   authentication: { type: 'oauth2', tokenUrl: '…', clientId: '…', clientSecret: readSecret },
 *   tls: { cert: readCertificate, key: readKey }
 * })
 * ```
 *
 * Tested: against the published OSIA files and our own simulator, as `osia()`.
 * NOT tested: anything of IN Groupe's. No interface description of theirs is
 * public, nor whether their present product speaks OSIA; read theirs first and
 * set what differs. For the call that a proof of concept made in 2023 see
 * `inGroupePoc()`.
 */
export function inGroupe(options: OsiaOptions): SystemFactory {
  const given: unknown = options
  return osiaFactory(isRecord(given) ? profileOf(given) : given, 'inGroupe')
}

function profileOf(given: Record<string, unknown>): Record<string, unknown> {
  const { urls } = given
  const canMatch = isRecord(urls) && urls.dataAccess !== undefined
  return { ...(canMatch ? { verify: { by: 'match' } } : {}), ...given }
}
