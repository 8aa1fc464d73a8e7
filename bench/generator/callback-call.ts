import { randomUUID } from 'node:crypto'
import { Webhook } from 'standardwebhooks'
import type { Answer, Call } from '../call'
import { PREFIX } from '../identity/form-page'
import { CALLBACK_SECRET } from '../servers/order'

const webhook = new Webhook(CALLBACK_SECRET)

/** The ID system's answer about a delivery: an identity was issued. */
export function callbackCall(reference: string): Call {
  const id = `msg_${randomUUID()}`
  const now = new Date()
  const body = JSON.stringify({
    reference,
    outcome: 'accepted',
    identifier: '4207311865'
  })
  return {
    path: `${PREFIX}/confirmation`,
    headers: {
      'content-type': 'application/json',
      'webhook-id': id,
      'webhook-timestamp': String(Math.floor(now.getTime() / 1000)),
      'webhook-signature': webhook.sign(id, now, body)
    },
    body
  }
}

/** Why a callback was not taken. */
export function isNotApplied({ body, status }: Answer): string | undefined {
  return status === 200 && body.includes('"applied"')
    ? undefined
    : `to a callback is ${status} ${body}`
}
