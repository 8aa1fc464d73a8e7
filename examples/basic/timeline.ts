import type { Exchange } from 'opencrvs-national-id/sandbox'
import type { World } from './world'

/** A delivery as the operations API shows it, as far as the demo looks. */
export type Shown = {
  delivery: { id: string; operation: string; state: string; endedAt?: number }
  timeline: ReadonlyArray<{ kind: string; details?: Record<string, unknown> }>
}

/**
 * The deliveries of a record, oldest first, once all of them have ended. What is told behind core's back would otherwise
 * show up under the next scenario.
 */
export async function settled(
  world: World,
  eventId: string
): Promise<readonly Shown[]> {
  const giveUpAt = Date.now() + 3_000
  for (;;) {
    const shown = await deliveriesOf(world, eventId)
    const isOver = shown.every(({ delivery }) => delivery.endedAt !== undefined)
    if (isOver || Date.now() > giveUpAt) return shown
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

async function deliveriesOf(world: World, eventId: string): Promise<Shown[]> {
  const { deliveries } = await get<{ deliveries: Array<{ id: string }> }>(
    world,
    `/deliveries?eventId=${eventId}`
  )
  const oldestFirst = [...deliveries].reverse()
  return Promise.all(
    oldestFirst.map(({ id }) => get<Shown>(world, `/deliveries/${id}`))
  )
}

/** What everybody said about one record since `since`, in order, one line each. */
export function timeline(
  world: World,
  since: number,
  references: readonly string[]
): string[] {
  const isAbout = ({ body }: Exchange) => {
    const said = JSON.stringify(body ?? null)
    return references.some((reference) => said.includes(reference))
  }
  const said = [
    ...world.core.log.entries
      .filter(isAbout)
      .map((entry) => ({ at: entry.at, text: line('core', entry) })),
    ...world.idSystem.log.entries
      .filter(isAbout)
      .map((entry) => ({ at: entry.at, text: line('ID system', entry) }))
  ]
  return said
    .filter(({ at }) => at >= since)
    .sort((a, b) => a.at - b.at)
    .map(({ at, text }) => `    ${String(at - since).padStart(5)} ms  ${text}`)
}

function line(who: 'core' | 'ID system', entry: Exchange): string {
  const [from, to] = entry.direction === 'sent' ? [who, 'us'] : ['us', who]
  const call = `${from.padEnd(9)} → ${to.padEnd(9)}  ${entry.method} ${entry.path}`
  return `${call.padEnd(82)} ${entry.status}`
}

/** The story of a record's deliveries, as an operator sees it. */
export function story(deliveries: readonly Shown[]): string[] {
  return deliveries.map(({ delivery, timeline: entries }) => {
    const kinds = entries.map(({ kind, details }) => told(kind, details))
    return `    ${delivery.operation}: ${delivery.state}  (${counted(kinds).join(', ')})`
  })
}

function told(kind: string, details: Record<string, unknown> = {}): string {
  if (kind === 'decision.taken') return `rule "${String(details.rule)}"`
  const code = typeof details.code === 'string' ? ` ${details.code}` : ''
  return `${kind}${code}`
}

/** Says once, with how often, what happened several times. */
function counted(kinds: readonly string[]): string[] {
  return [...new Set(kinds)].map((kind) => {
    const times = kinds.filter((other) => other === kind).length
    return times === 1 ? kind : `${kind} ×${times}`
  })
}

export async function get<T>(world: World, path: string): Promise<T> {
  const response = await fetch(`${world.server.info.uri}/national-id${path}`, {
    headers: { authorization: `Bearer ${world.core.userToken()}` }
  })
  return (await response.json()) as T
}
