import { createHmac } from 'node:crypto'
import type { InboundRequest } from '../../../src/systems/system'

/** Signs as the specification says, with nothing of the package under test. */
export function signedCallback(
  body: string | Buffer,
  { id = 'msg_1', key, seconds }: { id?: string; key: Buffer; seconds: number }
): InboundRequest {
  const rawBody = Buffer.from(body)
  const signed = Buffer.concat([Buffer.from(`${id}.${seconds}.`), rawBody])
  const signature = createHmac('sha256', key).update(signed).digest('base64')
  return inbound(rawBody, {
    'webhook-id': id,
    'webhook-timestamp': String(seconds),
    'webhook-signature': `v1,${signature}`
  })
}

export function inbound(
  rawBody: Buffer,
  headers: Record<string, string>
): InboundRequest {
  return { method: 'POST', headers, query: {}, params: {}, rawBody }
}

export function webhookSecret(key: Buffer): string {
  return `whsec_${key.toString('base64')}`
}
