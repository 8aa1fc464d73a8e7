import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { openLoopback, type Loopback } from '../http/loopback'

/** A recorded request and its answer. */
export type Pair = {
  name: string
  request: {
    method: string
    path: string
    headers: Record<string, string>
    body: unknown
  }
  response: { status: number; rawBody: string }
}

export type RecordedFile =
  'uin' | 'pr' | 'dataaccess' | '3rdparty' | 'notification'

/** Every pair of a file. */
export function recordedPairs(file: RecordedFile): Pair[] {
  const path = resolve(__dirname, `../../fixtures/osia/osia-${file}.json`)
  // The files are data of this repository, in this shape.
  return (JSON.parse(readFileSync(path, 'utf8')) as { pairs: Pair[] }).pairs
}

/** The pair of a name. */
export function recorded(file: RecordedFile, name: string): Pair {
  const pair = recordedPairs(file).find((one) => one.name === name)
  if (pair === undefined) throw new Error(`no pair ${name}`)
  return pair
}

/** A server that gives these answers one after another. */
export async function openScript(
  ...answers: Array<{ status: number; rawBody: string }>
): Promise<Loopback> {
  const left = [...answers]
  return openLoopback((_, response) => {
    const { rawBody, status } = left.shift() ?? { status: 599, rawBody: '' }
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(rawBody)
  })
}

/** What of a request a pair must be reproduced in. `prefer` was for the mock that they were recorded with. */
export function essence(one: {
  method: string
  path: string
  headers: Record<string, unknown>
  body: unknown
}): unknown {
  const url = new URL(one.path, 'http://x')
  return {
    method: one.method,
    path: url.pathname,
    query: [...url.searchParams],
    authorization: one.headers.authorization,
    contentType: one.headers['content-type'],
    body: parsed(one.body)
  }
}

/** The body that a pair has as JSON, as an object, or not at all. */
function parsed(body: unknown): unknown {
  if (body === null || body === '') return undefined
  return typeof body === 'string' ? (JSON.parse(body) as unknown) : body
}
