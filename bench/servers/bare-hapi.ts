import type { Request, ServerRoute } from '@hapi/hapi'
import * as jwt from 'jsonwebtoken'
import { Webhook } from 'standardwebhooks'
import { PREFIX } from '../identity/form-page'
import { AUDIENCE, ISSUER } from '../tokens'
import { CALLBACK_SECRET, type ServerOrder } from './order'

/** What any country configuration does at the least: hapi parses body, query and cookies, and the token is checked. */
export function bareRoutes({ authKey }: ServerOrder): ServerRoute[] {
  return [
    route('/trigger/events/{event}/actions/{action}', authKey, 202),
    route(`${PREFIX}/authentication/redeem`, authKey, 200),
    route(`${PREFIX}/identity-check`, authKey, 200),
    callback()
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

/** The ID system's answer: what proves its sender is a signature over the bytes. */
function callback(): ServerRoute {
  const webhook = new Webhook(CALLBACK_SECRET)
  return {
    method: 'POST',
    path: `${PREFIX}/confirmation`,
    options: { payload: { parse: false, output: 'data' } },
    handler: ({ headers, payload }, h) => {
      const header = (name: string) => String(headers[name])
      // With these settings a payload is bytes.
      webhook.verify(payload as Buffer, {
        'webhook-id': header('webhook-id'),
        'webhook-timestamp': header('webhook-timestamp'),
        'webhook-signature': header('webhook-signature')
      })
      return h.response({})
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
