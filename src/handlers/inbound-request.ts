import type { Request } from '@hapi/hapi'
import type { InboundRequest } from '../systems/system'
import { hiddenParameters } from './hidden-parameters'

/** A hapi request with an unparsed body, as an adapter reads it. */
export function inboundRequest(request: Request): InboundRequest {
  return {
    method: request.method.toUpperCase(),
    headers: firstOfEach(request.headers),
    query: firstOfEach(request.query),
    queryAll: allOfEach(request.query),
    params: { ...firstOfEach(request.params), ...hiddenParameters(request) },
    rawBody: Buffer.isBuffer(request.payload)
      ? request.payload
      : Buffer.alloc(0)
  }
}

/** What was given once is a list of one. */
function allOfEach(values: object): Record<string, readonly string[]> {
  const lists = Object.entries(values).map(
    ([name, value]): [string, string[]] => {
      const given: unknown[] = Array.isArray(value) ? value : [value]
      return [name, given.filter((one) => typeof one === 'string')]
    }
  )
  return Object.fromEntries(lists)
}

/** A value that was given several times is no value: which one a proxy or a signature meant cannot be known. */
function firstOfEach(values: object): Record<string, string | undefined> {
  const texts: Record<string, string | undefined> = {}
  for (const [name, value] of Object.entries(values)) {
    if (typeof value === 'string') texts[name] = value
  }
  return texts
}
