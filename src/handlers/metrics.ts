import { timingSafeEqual, createHash } from 'node:crypto'
import type { ServerRoute } from '@hapi/hapi'
import type { ResolvedOptions } from '../config/resolved'
import { resolveSecret, type Secret } from '../internal/secret'
import { bearerToken } from './read-trigger'
import type { RuntimeSource } from './runtime'

/**
 * `GET <prefix>/metrics` in Prometheus's text format.
 *
 * Who may call: whoever shows `metrics.token` as a bearer token; anybody only with `metrics.allowAnonymous`. Without
 * `metrics` in the options the route does not exist.
 */
export function metricsRoutes(
  source: RuntimeSource,
  prefix: string,
  options: ResolvedOptions['metrics']
): ServerRoute[] {
  if (options === undefined) return []
  return [
    {
      method: 'GET',
      path: `${prefix}/metrics`,
      options: { auth: false, description: 'Metrics for Prometheus' },
      handler: async (request, h) => {
        const runtime = source()
        if (runtime === undefined)
          return h.response({ code: 'ERR_NOT_STARTED' }).code(503)
        if (
          options.token !== undefined &&
          !(await isToken(options.token, bearerToken(request.headers)))
        ) {
          await runtime.refusals.note({
            route: 'metrics',
            code: 'ERR_TOKEN_INVALID'
          })
          return h.response({ code: 'ERR_TOKEN_INVALID' }).code(401)
        }
        const { contentType, body } = await runtime.metrics.text()
        return h.response(body).type(contentType)
      }
    }
  ]
}

/** Compared by digest, so that neither the time nor the length tells anything. */
async function isToken(expected: Secret, shown: string): Promise<boolean> {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(
    digest(await resolveSecret(expected, 'metrics.token')),
    digest(shown)
  )
}
