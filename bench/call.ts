import * as http from 'node:http'

/** One HTTP call, ready to be sent. */
export type Call = {
  /** Default `POST`. */
  method?: 'GET' | 'POST'
  /** With its query. */
  path: string
  headers: Readonly<Record<string, string>>
  body?: string
}

/** What came back. */
export type Answer = {
  status: number
  headers: http.IncomingHttpHeaders
  body: string
}

/** A server that is called, over connections that are kept. */
export type Target = { url: string; agent: http.Agent }

const TIMEOUT_MS = 30_000

/** @throws when the server does not answer */
export function send({ url, agent }: Target, call: Call): Promise<Answer> {
  const { method = 'POST', body = '' } = call
  const headers = { ...call.headers, 'content-length': Buffer.byteLength(body) }
  return new Promise((resolve, reject) => {
    const request = http.request(
      `${url}${call.path}`,
      { method, agent, headers, timeout: TIMEOUT_MS },
      (response) => {
        const chunks: Buffer[] = []
        response.on('data', (chunk: Buffer) => chunks.push(chunk))
        response.on('error', reject)
        response.on('end', () => {
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: Buffer.concat(chunks).toString()
          })
        })
      }
    )
    request.on('timeout', () => request.destroy(new Error('timeout')))
    request.on('error', reject)
    request.end(body)
  })
}

/** Does the work for each item, so many at a time; results are in the order of the items. */
export async function atATime<Item, Result>(
  concurrency: number,
  items: readonly Item[],
  work: (item: Item) => Promise<Result>
): Promise<Result[]> {
  const results: Result[] = []
  const waiting = items.entries()
  async function worker(): Promise<void> {
    for (const [index, item] of waiting) results[index] = await work(item)
  }
  await Promise.all(Array.from({ length: concurrency }, worker))
  return results
}
