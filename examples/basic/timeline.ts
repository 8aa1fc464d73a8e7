import type { Exchange } from 'opencrvs-national-id/sandbox'
import type { World } from './world'

/** What everybody said since `since`, in order, one line each. */
export function timeline(world: World, since: number): string[] {
  const said = [
    ...world.core.log.entries.map((entry) => line('core', entry)),
    ...world.idSystem.log.entries.map((entry) => line('ID system', entry))
  ]
  return said
    .filter(({ at }) => at >= since)
    .sort((a, b) => a.at - b.at)
    .map(({ at, text }) => `    ${String(at - since).padStart(5)} ms  ${text}`)
}

/** Calls that say nothing about a record. */
const UNTOLD = new Set(['key', 'token', 'config', 'oauth'])

function line(
  who: 'core' | 'ID system',
  entry: Exchange
): { at: number; text: string } {
  if (UNTOLD.has(entry.kind)) return { at: -1, text: '' }
  const [from, to] = entry.direction === 'sent' ? [who, 'us'] : ['us', who]
  const call = `${from.padEnd(9)} → ${to.padEnd(9)}  ${entry.method} ${entry.path}`
  return { at: entry.at, text: `${call.padEnd(88)} ${entry.status}` }
}

/** The story of a record's deliveries, as an operator sees it. */
export async function story(world: World, eventId: string): Promise<string[]> {
  const { deliveries } = await get<{
    deliveries: Array<{ id: string; operation: string; state: string }>
  }>(world, `/deliveries?eventId=${eventId}`)
  const lines: string[] = []
  for (const { id, operation, state } of deliveries.reverse()) {
    const { timeline: entries } = await get<{
      timeline: Array<{ kind: string; details?: Record<string, unknown> }>
    }>(world, `/deliveries/${id}`)
    const kinds = entries.map(({ kind, details }) => told(kind, details))
    lines.push(`    ${operation}: ${state}  (${kinds.join(', ')})`)
  }
  return lines
}

function told(kind: string, details: Record<string, unknown> = {}): string {
  if (kind === 'decision.taken') return `rule "${String(details.rule)}"`
  const code = typeof details.code === 'string' ? ` ${details.code}` : ''
  return `${kind}${code}`
}

async function get<T>(world: World, path: string): Promise<T> {
  const response = await fetch(`${world.server.info.uri}/national-id${path}`, {
    headers: { authorization: `Bearer ${world.core.userToken()}` }
  })
  return (await response.json()) as T
}

export { get }
