import * as hapi from '@hapi/hapi'
import type { JsonObject } from '../../../src/domain/json'
import type { Field } from './recommended-form'
import { recommendedFields } from './recommended-form'

/** A call as it reached the country configuration. */
export type Received = {
  method: string
  url: string
  headers: Readonly<Record<string, unknown>>
  body: Buffer
}

export type CountryConfigDouble = {
  url: string
  received: Received[]
  stop(): Promise<void>
}

/** Answers every path with what `answer` gives, and keeps what it received. */
export async function startCountryConfig(
  answer: (
    received: Received,
    h: hapi.ResponseToolkit
  ) => hapi.Lifecycle.ReturnValue
): Promise<CountryConfigDouble> {
  const received: Received[] = []
  const server = hapi.server({ host: '127.0.0.1', port: 0, compression: false })
  server.route({
    method: '*',
    path: '/{any*}',
    options: {
      payload: { parse: false, output: 'data' },
      state: { parse: false, failAction: 'ignore' }
    },
    handler: (request, h) => {
      const call: Received = {
        method: request.method.toUpperCase(),
        url: request.raw.req.url ?? '',
        headers: request.headers,
        body: Buffer.isBuffer(request.payload)
          ? request.payload
          : Buffer.alloc(0)
      }
      received.push(call)
      return answer(call, h)
    }
  })
  await server.start()
  return {
    url: `http://127.0.0.1:${server.info.port}`,
    received,
    stop: () => server.stop({ timeout: 0 })
  }
}

/** The recommended fields with their endpoints behind the playground. */
export function proxiedFields(signInUrl: string): Field[] {
  const fields: Field[] = JSON.parse(
    JSON.stringify(recommendedFields()).replaceAll(
      '/api/your-verifier/',
      '/api/countryconfig/'
    )
  )
  return fields.map((field) =>
    Array.isArray(field.methods)
      ? {
          ...field,
          methods: field.methods.map((m) => pointTo(m as JsonObject, signInUrl))
        }
      : field
  )
}

function pointTo(method: JsonObject, url: string): JsonObject {
  return method.type === 'LINK_BUTTON'
    ? {
        ...method,
        configuration: { ...(method.configuration as JsonObject), url }
      }
    : method
}
