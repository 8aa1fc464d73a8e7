import * as http from 'node:http'
import type { TriggerCall } from './trigger-load'

export type LoadResult = { perSecond: number; p50Ms: number; p99Ms: number }

/**
 * Sends every call once, `concurrency` at a time over the agent's kept-alive connections.
 * @throws when any answer is not a 202, since a fast failure is no result
 */
export async function sendAll(
  url: string,
  calls: readonly TriggerCall[],
  concurrency: number,
  agent: http.Agent
): Promise<LoadResult> {
  const durations: number[] = []
  const waiting = calls.values()
  const began = performance.now()
  async function sender(): Promise<void> {
    for (const call of waiting) {
      const start = performance.now()
      const status = await post(url, call, agent)
      if (status !== 202) throw new Error(`answered ${status}, not 202`)
      durations.push(performance.now() - start)
    }
  }
  await Promise.all(Array.from({ length: concurrency }, sender))
  const seconds = (performance.now() - began) / 1000
  durations.sort((a, b) => a - b)
  return {
    perSecond: calls.length / seconds,
    p50Ms: percentile(durations, 0.5),
    p99Ms: percentile(durations, 0.99)
  }
}

function percentile(sorted: readonly number[], share: number): number {
  return (
    sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
  )
}

function post(
  url: string,
  { body, token }: TriggerCall,
  agent: http.Agent
): Promise<number> {
  return new Promise((resolve, reject) => {
    const request = http.request(
      url,
      {
        method: 'POST',
        agent,
        timeout: 30_000,
        headers: {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
          authorization: `Bearer ${token}`
        }
      },
      (response) => {
        response.resume()
        response.on('end', () => {
          resolve(response.statusCode ?? 0)
        })
      }
    )
    request.on('timeout', () => request.destroy(new Error('timeout')))
    request.on('error', reject)
    request.end(body)
  })
}
