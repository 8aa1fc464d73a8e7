import { timingSafeEqual, createHash } from 'node:crypto'
import type { Request, ResponseToolkit, ServerRoute } from '@hapi/hapi'
import type { ResolvedOptions } from '../config/resolved'
import { NationalIdError } from '../domain/errors'
import { resolveSecret, type Secret } from '../internal/secret'
import { bearerToken } from './read-trigger'
import type { Runtime, RuntimeSource } from './runtime'

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
        try {
          return await scrape(runtime, options, request, h)
        } catch (failure) {
          const code =
            failure instanceof NationalIdError ? failure.code : 'ERR_UNEXPECTED'
          runtime.delivery.logger.error({ code }, 'metrics cannot be given')
          return h.response({ code }).code(503)
        }
      }
    }
  ]
}

async function scrape(
  runtime: Runtime,
  options: NonNullable<ResolvedOptions['metrics']>,
  request: Request,
  h: ResponseToolkit
) {
  if (!(await isAllowed(options, request))) {
    const code = 'ERR_TOKEN_INVALID'
    await runtime.refusals.note({ route: 'metrics', code })
    return h
      .response({ code })
      .code(401)
      .header('www-authenticate', 'Bearer')
      .header('cache-control', 'no-store')
  }
  const { contentType, body } = await runtime.metrics.text()
  return h.response(body).type(contentType).header('cache-control', 'no-store')
}

async function isAllowed(
  { token, allowAnonymous }: NonNullable<ResolvedOptions['metrics']>,
  request: Request
): Promise<boolean> {
  return token === undefined
    ? allowAnonymous
    : isToken(token, bearerToken(request.headers))
}

/** Compared by digest, so that neither the time nor the length tells anything. */
async function isToken(expected: Secret, shown: string): Promise<boolean> {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(
    digest(await resolveSecret(expected, 'metrics.token')),
    digest(shown)
  )
}
