import type { World } from './world'

/** A delivery, as the operations API shows it. */
export type Seen = {
  id: string
  state: string
  part: string
  operation: string
  event: { id: string }
  action: { id: string }
  lastCode?: string
  stalledAt?: string
  endedAt?: string
}

/** Every delivery that the store has, by the operations API of whichever worker answers. */
export async function allDeliveries(world: World): Promise<Seen[]> {
  const deliveries: Seen[] = []
  let after: string | undefined
  do {
    const query =
      after === undefined ? '' : `&after=${encodeURIComponent(after)}`
    const page = (await ask(world, 'GET', `?limit=200${query}`)) as {
      deliveries: Seen[]
      next?: string
    }
    deliveries.push(...page.deliveries)
    after = page.next
  } while (after !== undefined)
  return deliveries
}

/** Does what a person does with a parked delivery whose cause is gone. */
export async function sendAgain(world: World, { id }: Seen): Promise<void> {
  await ask(world, 'POST', `/${id}/send-again`)
}

async function ask(
  { core, frontDoor }: World,
  method: string,
  rest: string
): Promise<unknown> {
  const response = await fetch(
    `${frontDoor.url}/national-id/deliveries${rest}`,
    {
      method,
      headers: { authorization: `Bearer ${core.userToken()}` },
      signal: AbortSignal.timeout(8_000)
    }
  )
  const answer: unknown = await response.json()
  if (!response.ok)
    throw new Error(`${method} ${rest} was answered ${response.status}`)
  return answer
}
