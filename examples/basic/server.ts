import * as Hapi from '@hapi/hapi'
import * as jwt2 from 'hapi-auth-jwt2'
import type { NationalId } from 'opencrvs-national-id'

/**
 * A country configuration as OpenCRVS's template has it, as far as it matters here: the `jwt` strategy as default, and
 * the trigger routes.
 */
export async function createCountryConfig(options: {
  authUrl: string
  nationalId: NationalId
  port?: number
}): Promise<Hapi.Server> {
  const server = Hapi.server({
    host: '127.0.0.1',
    port: options.port ?? 0,
    routes: { payload: { maxBytes: 52_428_800 } }
  })
  await server.register(jwt2)
  const publicKey = await fetchPublicKey(options.authUrl)
  server.auth.strategy('jwt', 'jwt', {
    key: () => ({ key: publicKey }),
    verifyOptions: {
      algorithms: ['RS256'],
      issuer: 'opencrvs:auth-service',
      audience: 'opencrvs:countryconfig-user'
    },
    validate: (credentials: object) => ({ isValid: true, credentials })
  })
  server.auth.default('jwt')

  // The two lines that join this country to its national ID system.
  await server.register(options.nationalId.plugin)
  server.route({
    method: 'POST',
    path: '/trigger/events/{event}/actions/{action}',
    handler: options.nationalId.handlers.action({
      otherwise: onAnyActionHandler
    })
  })

  server.route({
    method: 'GET',
    path: '/ping',
    options: { auth: false },
    handler: () => ({ success: true })
  })
  return server
}

/** The template's own handler: whatever has no rule is accepted. */
function onAnyActionHandler(_request: Hapi.Request, h: Hapi.ResponseToolkit) {
  return h.response({}).code(200)
}

async function fetchPublicKey(authUrl: string): Promise<string> {
  const response = await fetch(`${authUrl}/.well-known`)
  return response.text()
}
