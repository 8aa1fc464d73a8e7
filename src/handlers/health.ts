import type { ServerRoute } from '@hapi/hapi'
import type { Runtime, RuntimeSource } from './runtime'

/** A readiness probe must answer before its caller gives up. */
const CHECK_TIMEOUT_MS = 4_000

/** Anybody may ask, and finding out costs a write and may cost a call: so it is found out this seldom. */
const FRESH_MS = 2_000

/**
 * `GET <prefix>/health/live` and `GET <prefix>/health/ready`, open to anybody: an orchestrator has no token. They tell
 * names of parts and whether each works, nothing else.
 *
 * The ID system being down does not make us unready: registrations are still taken, and wait.
 */
export function healthRoutes(
  source: RuntimeSource,
  prefix: string
): ServerRoute[] {
  const look = atMostEvery(FRESH_MS, check)
  return [
    {
      method: 'GET',
      path: `${prefix}/health/live`,
      options: { auth: false, description: 'The process answers' },
      handler: () => ({ status: 'ok' })
    },
    {
      method: 'GET',
      path: `${prefix}/health/ready`,
      options: { auth: false, description: 'Registrations can be taken' },
      handler: async (_request, h) => {
        const runtime = source()
        if (runtime === undefined)
          return h.response({ status: 'starting' }).code(503)
        const checks = await look(runtime)
        const ready = checks.store === 'ok' && checks.opencrvs === 'ok'
        return h
          .response({ status: ready ? 'ok' : 'failing', checks })
          .code(ready ? 200 : 503)
      }
    }
  ]
}

type Health = 'ok' | 'failing' | 'slow'
type Checks = { store: Health; opencrvs: Health; system: Health }

/** Callers who come together, or shortly after one another, share what one of them found. */
function atMostEvery(
  ms: number,
  find: (runtime: Runtime) => Promise<Checks>
): (runtime: Runtime) => Promise<Checks> {
  let last:
    { runtime: Runtime; at: number; checks: Promise<Checks> } | undefined
  return (runtime) => {
    const now = runtime.delivery.clock.now()
    if (last?.runtime !== runtime || now - last.at >= ms) {
      last = { runtime, at: now, checks: find(runtime) }
    }
    return last.checks
  }
}

async function check(runtime: Runtime): Promise<Checks> {
  const [store, opencrvs] = await Promise.all([
    health(runtime.delivery.store.check()),
    health(runtime.verifier.check())
  ])
  return {
    store,
    opencrvs,
    system: runtime.delivery.system.isAvailable() ? 'ok' : 'failing'
  }
}

async function health(work: Promise<void>): Promise<Health> {
  let timer: NodeJS.Timeout | undefined
  const slow = new Promise<Health>((resolve) => {
    timer = setTimeout(() => {
      resolve('slow')
    }, CHECK_TIMEOUT_MS)
  })
  const outcome = work.then(
    (): Health => 'ok',
    (): Health => 'failing'
  )
  try {
    return await Promise.race([outcome, slow])
  } finally {
    clearTimeout(timer)
  }
}
