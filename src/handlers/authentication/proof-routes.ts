import type { Server, ServerRoute } from '@hapi/hapi'
import type { ResolvedOptions } from '../../config/resolved'
import { identityCheckRoute } from '../identity-check'
import type { RuntimeSource } from '../runtime'
import { callbackRoute } from './callback'
import { hideQueries } from './hidden-query'
import { redeemRoute } from './redeem'
import { startRoute } from './start'

/**
 * Mounts the entries of sign-in and of scanned credentials, each only where it is configured. What travels in their
 * queries is for nobody's log, so it is taken off; the start's says nothing that matters.
 */
export function mountProofRoutes(
  server: Server,
  source: RuntimeSource,
  {
    routePrefix: prefix,
    authentication
  }: Pick<ResolvedOptions, 'routePrefix' | 'authentication'>
): void {
  const secret: ServerRoute[] = []
  if (authentication.oidc !== undefined) {
    server.route(startRoute(source, prefix))
    secret.push(callbackRoute(source, prefix), redeemRoute(source, prefix))
  }
  if (authentication.qr !== undefined)
    secret.push(identityCheckRoute(source, prefix))
  if (secret.length === 0) return
  server.route(secret)
  hideQueries(
    server,
    secret.map(({ path }) => path)
  )
}
