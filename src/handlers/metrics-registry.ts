import { Counter, Gauge, Registry } from 'prom-client'
import type { DeliveryEvent, DeliveryEvents } from '../delivery/events'
import type { SystemGateway } from '../delivery/system-gateway'
import { DELIVERY_STATES } from '../domain/delivery'
import type { Clock } from '../internal/clock'
import type { Store } from '../store/store'

export type MetricsRegistry = {
  /** The metrics in Prometheus's text format. */
  text(): Promise<{ contentType: string; body: string }>
}

/** More different codes than we and a system together have. */
const MOST_CODES = 200

/**
 * Codes are also a system's own words. One that makes up a new one for each call would make a new series each time, so
 * past a bound they are counted together.
 */
function boundedCodes(): (code: string) => string {
  const known = new Set<string>()
  return (code) => {
    if (known.has(code)) return code
    if (known.size >= MOST_CODES) return 'OTHER'
    known.add(code)
    return code
  }
}

/** Counts what happens. Labels are names from our own lists and a bounded number of codes; never anything personal. */
export function createMetricsRegistry(parts: {
  store: Store
  system: SystemGateway
  events: DeliveryEvents
  clock: Clock
}): MetricsRegistry {
  const registry = new Registry()
  addGauges(registry, parts)
  const counters = createCounters(registry)
  parts.events.on((event) => {
    count(counters, event)
  })
  return {
    async text() {
      return {
        contentType: registry.contentType,
        body: await registry.metrics()
      }
    }
  }
}

function addGauges(
  registry: Registry,
  {
    store,
    system,
    clock
  }: { store: Store; system: SystemGateway; clock: Clock }
): void {
  const deliveries = new Gauge({
    name: 'national_id_deliveries',
    help: 'Deliveries by state',
    labelNames: ['state'],
    registers: [registry],
    async collect() {
      const counts = await store.countByState()
      for (const state of DELIVERY_STATES)
        deliveries.set({ state }, counts[state] ?? 0)
    }
  })
  const oldest = new Gauge({
    name: 'national_id_oldest_open_delivery_seconds',
    help: 'Age of the oldest delivery that is still open',
    registers: [registry],
    async collect() {
      const createdAt = await store.oldestOpen()
      oldest.set(createdAt === undefined ? 0 : (clock.now() - createdAt) / 1000)
    }
  })
  const available = new Gauge({
    name: 'national_id_system_available',
    help: '0 while the national ID system is left alone after failures',
    registers: [registry],
    collect() {
      available.set(system.isAvailable() ? 1 : 0)
    }
  })
}

function createCounters(registry: Registry) {
  const counter = <Label extends string>(
    name: string,
    help: string,
    labelNames: Label[]
  ) =>
    new Counter({
      name: `national_id_${name}`,
      help,
      labelNames,
      registers: [registry]
    })
  return {
    triggers: counter('triggers_total', 'Action triggers answered', [
      'event',
      'action',
      'decision',
      'status'
    ]),
    answers: counter('system_answers_total', 'Final answers of the ID system', [
      'outcome'
    ]),
    ended: counter('deliveries_ended_total', 'Deliveries ended', [
      'state',
      'operation'
    ]),
    retries: counter(
      'retries_total',
      'Attempts that failed and are made again',
      ['step', 'code']
    ),
    parked: counter('deliveries_parked_total', 'Deliveries left to a person', [
      'code'
    ]),
    stalled: counter(
      'deliveries_stalled_total',
      'Deliveries reported as stalled',
      []
    ),
    callbacks: counter('callbacks_total', 'Callbacks received', ['result']),
    refused: counter('calls_refused_total', 'Calls refused', ['route', 'code']),
    signInsStarted: counter('sign_ins_started_total', 'Sign-ins begun', []),
    signIns: counter('sign_ins_total', 'Sign-ins ended', [
      'outcome',
      'problem'
    ]),
    tickets: counter('tickets_total', 'Tickets shown by the form', ['outcome']),
    credentials: counter(
      'credential_checks_total',
      'Scanned credentials checked',
      ['outcome']
    ),
    code: boundedCodes()
  }
}

function count(
  counters: ReturnType<typeof createCounters>,
  event: DeliveryEvent
): void {
  switch (event.type) {
    case 'trigger.answered':
      counters.triggers.inc({
        event: event.eventType,
        action: event.actionType,
        decision: event.decision,
        status: String(event.status)
      })
      return
    case 'delivery.answered':
      counters.answers.inc({ outcome: event.outcome })
      return
    case 'delivery.ended':
      counters.ended.inc({
        state: event.delivery.state,
        operation: event.delivery.operation
      })
      return
    case 'delivery.retried':
      counters.retries.inc({
        step: event.step,
        code: counters.code(event.code)
      })
      return
    case 'delivery.parked':
      counters.parked.inc({ code: counters.code(event.code) })
      return
    case 'delivery.stalled':
      counters.stalled.inc()
      return
    case 'callback.received':
      counters.callbacks.inc({ result: event.result })
      return
    case 'call.refused':
      counters.refused.inc({
        route: event.route,
        code: counters.code(event.code)
      })
      return
    case 'authentication.started':
    case 'authentication.ended':
    case 'ticket.shown':
    case 'credential.checked':
      countProof(counters, event)
      return
    case 'delivery.stored':
    case 'delivery.submitted':
      return
  }
}

type ProofEvent = Extract<
  DeliveryEvent,
  {
    type:
      | 'authentication.started'
      | 'authentication.ended'
      | 'ticket.shown'
      | 'credential.checked'
  }
>

/** What happens to people's identity in the form. */
function countProof(
  counters: ReturnType<typeof createCounters>,
  event: ProofEvent
): void {
  const { signIns, signInsStarted, tickets, credentials } = counters
  switch (event.type) {
    case 'authentication.started':
      signInsStarted.inc()
      return
    case 'authentication.ended': {
      const { outcome, problem = 'none' } = event
      signIns.inc({ outcome, problem })
      return
    }
    case 'ticket.shown':
      tickets.inc({ outcome: event.outcome })
      return
    case 'credential.checked':
      credentials.inc({ outcome: event.outcome })
      return
  }
}
