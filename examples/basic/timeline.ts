import type { Exchange } from 'opencrvs-national-id/sandbox'
import type { Country } from './world'

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
  world: Country,
  eventId: string
): Promise<readonly Shown[]> {
  const giveUpAt = Date.now() + 3_000
  for (;;) {
    const shown = await deliveriesOf(world, eventId)
    const isOver = shown.every(({ delivery }) => isDone(delivery))
    if (isOver || Date.now() > giveUpAt) return shown
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
}

/** What is `readable` is done too: a register may read it back for a while. */
function isDone({ endedAt, state }: Shown['delivery']): boolean {
  return endedAt !== undefined || state === 'readable'
}

async function deliveriesOf(world: Country, eventId: string): Promise<Shown[]> {
  const { deliveries } = await get<{ deliveries: Array<{ id: string }> }>(
    world,
    `/deliveries?eventId=${eventId}`
  )
  const oldestFirst = [...deliveries].reverse()
  return Promise.all(
    oldestFirst.map(({ id }) => get<Shown>(world, `/deliveries/${id}`))
  )
}

/** What one side was told and said, as far as it is of interest. */
export type Voice = { name: string; entries: readonly Exchange[] }

/** The calls whose bodies name one of `references`. */
export function about(
  entries: readonly Exchange[],
  references: readonly string[]
): Exchange[] {
  return entries.filter(({ body }) => {
    const said = JSON.stringify(body ?? null)
    return references.some((reference) => said.includes(reference))
  })
}

/** What everybody said since `since`, in order, one line each. */
export function timeline(voices: readonly Voice[], since: number): string[] {
  const said = voices
    .flatMap(({ name, entries }) =>
      entries.map((entry) => ({ ...entry, call: callOf(name, entry) }))
    )
    .filter(({ at }) => at >= since)
    .sort((a, b) => a.at - b.at)
  const width = Math.max(82, ...said.map(({ call }) => call.length))
  return said.map(({ at, call, status }) => {
    const passed = String(at - since).padStart(5)
    return `    ${passed} ms  ${call.padEnd(width)} ${status}`
  })
}

function callOf(who: string, { direction, method, path }: Exchange): string {
  const [from, to] = direction === 'sent' ? [who, 'us'] : ['us', who]
  return `${from.padEnd(9)} → ${to.padEnd(9)}  ${method} ${path}`
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

export async function get<T>(world: Country, path: string): Promise<T> {
  const response = await fetch(`${world.server.info.uri}/national-id${path}`, {
    headers: { authorization: `Bearer ${world.core.userToken()}` }
  })
  return (await response.json()) as T
}
