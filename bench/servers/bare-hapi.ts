import type { Request, ServerRoute } from '@hapi/hapi'
import * as jwt from 'jsonwebtoken'
import { PREFIX } from '../identity/form-page'
import { AUDIENCE, ISSUER } from '../tokens'
import type { ServerOrder } from './order'

/** What any country configuration does at the least: hapi parses body, query and cookies, and the token is checked. */
export function bareRoutes({ authKey }: ServerOrder): ServerRoute[] {
  return [
    route('/trigger/events/{event}/actions/{action}', authKey, 202),
    route(`${PREFIX}/authentication/redeem`, authKey, 200),
    route(`${PREFIX}/identity-check`, authKey, 200)
  ]
}

function route(path: string, authKey: string, status: number): ServerRoute {
  return {
    method: 'POST',
    path,
    handler: (request, h) => {
      checkToken(request, authKey)
      return h.response({}).code(status)
    }
  }
}

function checkToken({ headers }: Request, authKey: string): void {
  const token = String(headers.authorization).slice('Bearer '.length)
  jwt.verify(token, authKey, {
    algorithms: ['RS256'],
    issuer: ISSUER,
    audience: AUDIENCE
  })
}
