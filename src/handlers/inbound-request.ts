import type { Request } from '@hapi/hapi'
import type { InboundRequest } from '../systems/system'

/** A hapi request with an unparsed body, as an adapter reads it. */
export function inboundRequest(request: Request): InboundRequest {
  return {
    method: request.method.toUpperCase(),
    headers: firstOfEach(request.headers),
    query: firstOfEach(request.query),
    params: firstOfEach(request.params),
    rawBody: Buffer.isBuffer(request.payload)
      ? request.payload
      : Buffer.alloc(0)
  }
}

/** A value that was given several times is no value: which one a proxy or a signature meant cannot be known. */
function firstOfEach(values: object): Record<string, string | undefined> {
  const texts: Record<string, string | undefined> = {}
  for (const [name, value] of Object.entries(values)) {
    if (typeof value === 'string') texts[name] = value
  }
  return texts
}
