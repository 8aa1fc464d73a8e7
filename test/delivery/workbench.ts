import { createAbandonedTriggers } from '../../src/delivery/abandoned'
import { createFlushGate } from '../../src/delivery/flush-gate'
import type {
  DeliveryDependencies,
  DeliverySettings
} from '../../src/delivery/dependencies'
import { createDeliveryEvents } from '../../src/delivery/events'
import type { DeliveryEvent } from '../../src/delivery/events'
import { createHookRunner, type HookNotice } from '../../src/delivery/hooks'
import { createOperator, type Operator } from '../../src/delivery/operator'
import { createSystemGateway } from '../../src/delivery/system-gateway'
import {
  stepTowardsCore,
  stepTowardsSystem
} from '../../src/delivery/take-step'
import type {
  FinalAnswer,
  StoredDelivery,
  SystemAnswer
} from '../../src/domain/delivery'
import { createCipher } from '../../src/internal/encryption'
import { newId } from '../../src/internal/ids'
import type { OpenCrvsCore } from '../../src/opencrvs/core'
import type { InboundResult, NewDelivery, Store } from '../../src/store/store'
import type {
  NationalIdSystem,
  StatusAnswer,
  StatusQuery
} from '../../src/systems/system'
import { ENCRYPTION, heldClock, sampleDelivery } from '../store/sample-delivery'
import { filePlace } from '../store/sqlite/place'

const SETTINGS: DeliverySettings = {
  concurrency: 4,
  submitTimeoutMs: 1_000,
  retry: { initialMs: 1_000, maxMs: 60_000, maxAttempts: 5 },
  stalledAfterMs: 3_600_000,
  statusEveryMs: 600_000,
  leaseMs: 60_000,
  pollMs: 20,
  renewTokenBeforeMs: 4 * 86_400_000,
  keepEndedDays: 90,
  stopTimeoutMs: 50,
  acceptPauseMs: 0,
  checkAfterMs: 0
}

/** A core that accepts everything, unless a test says otherwise. */
export function agreeableCore(
  changes: Partial<OpenCrvsCore> = {}
): OpenCrvsCore {
  return {
    accept: ({ registrationNumber }) =>
      Promise.resolve({
        storedAs: 'Accepted',
        ...(registrationNumber === undefined ? {} : { registrationNumber })
      }),
    reject: () => Promise.resolve({ storedAs: 'Rejected' }),
    canRejectLater: () => true,
    takesValues: () => true,
    readAction: () => Promise.resolve({ storedAs: 'Accepted' }),
    renewToken: () => Promise.reject(new Error('not expected')),
    declarationFieldIds: () => Promise.resolve(new Set(['child.nid'])),
    close: () => undefined,
    ...changes
  }
}

type Said = SystemAnswer | Error

/** A system that says what a test lets it say. */
export function sayingSystem(
  say: () => Said | Promise<Said>,
  capabilities: Partial<NationalIdSystem['capabilities']> = {},
  status?: (query: StatusQuery) => Promise<StatusAnswer>
): NationalIdSystem & { calls: number } {
  return {
    name: 'scripted',
    calls: 0,
    capabilities: {
      operations: ['createIdentity'],
      idempotent: true,
      callback: true,
      status: status !== undefined,
      verify: false,
      ...capabilities
    },
    async submit() {
      this.calls += 1
      const said = await say()
      if (said instanceof Error) throw said
      return said
    },
    ...(status === undefined ? {} : { status })
  }
}

export type Workbench = {
  dependencies: DeliveryDependencies
  clock: ReturnType<typeof heldClock>
  store: Store
  operator: Operator
  hooks: Array<{ hook: string } & HookNotice>
  events: DeliveryEvent[]
  logs: Array<Record<string, unknown>>
  /** Writes a delivery and gives its id. */
  add(changes?: Partial<NewDelivery>): Promise<string>
  find(id: string): Promise<StoredDelivery>
  /** Takes every step that is due now, as a worker of this name. */
  work(owner?: string, signal?: AbortSignal): Promise<number>
  /** Works, and moves the clock to what is due next, until nothing is due within the time. */
  workFor(ms: number): Promise<void>
  /** Lets so much time go by that whoever held something and died has lost it. */
  endLeases(): void
  callback(id: string, answer: FinalAnswer): Promise<InboundResult>
  /** Kinds of the audit entries about a delivery. */
  trail(id: string): Promise<string[]>
  close(): Promise<void>
}

/** A real store under a clock that is held, and all that a step needs. */
export async function workbench(
  system: NationalIdSystem,
  core: OpenCrvsCore = agreeableCore(),
  changes: Omit<Partial<DeliveryDependencies>, 'settings'> & {
    settings?: Partial<DeliverySettings>
  } = {}
): Promise<Workbench> {
  const place = filePlace()
  const clock = heldClock()
  const cipher = await createCipher(ENCRYPTION)
  const store = place.create({ cipher, clock })
  await store.open()
  const told = recorded()
  const events = createDeliveryEvents()
  const seen: DeliveryEvent[] = []
  events.on((event) => seen.push(event))
  const dependencies: DeliveryDependencies = {
    store,
    core,
    system: createSystemGateway(
      system,
      { failures: 10_000, openMs: 1_000 },
      clock
    ),
    clock,
    logger: told.logger,
    eventSettings: () => ({
      identifierField: 'child.nid',
      writeIdentifier: true,
      fields: new Set(['child.nid'])
    }),
    registrationNumber: () => `RN-${newId()}`,
    gate: createFlushGate(clock),
    abandoned: createAbandonedTriggers(),
    hooks: createHookRunner(told.functions, told.logger),
    events,
    ...changes,
    settings: { ...SETTINGS, ...changes.settings }
  }
  return {
    dependencies,
    clock,
    store,
    hooks: told.hooks,
    logs: told.logs,
    events: seen,
    operator: createOperator(dependencies),
    ...acting(dependencies, clock),
    async close() {
      await store.close()
      place.remove()
    }
  }
}

function recorded() {
  const hooks: Workbench['hooks'] = []
  const logs: Workbench['logs'] = []
  const write = (fields: object, message: string) => {
    logs.push({ ...fields, message })
  }
  const tell = (hook: string) => (notice: HookNotice) => {
    hooks.push({ hook, ...notice })
  }
  return {
    hooks,
    logs,
    logger: { debug: write, info: write, warn: write, error: write },
    functions: {
      onAccepted: tell('onAccepted'),
      onRejected: tell('onRejected'),
      onParked: tell('onParked'),
      onStalled: tell('onStalled')
    }
  }
}

const ALL = ['queued', 'submitted', 'answered'] as const

function acting(
  dependencies: DeliveryDependencies,
  clock: ReturnType<typeof heldClock>
): Pick<
  Workbench,
  'add' | 'find' | 'work' | 'workFor' | 'callback' | 'endLeases' | 'trail'
> {
  const { store, settings } = dependencies
  async function find(id: string): Promise<StoredDelivery> {
    const delivery = await store.find(id)
    if (delivery === undefined) throw new Error('no such delivery')
    return delivery
  }
  async function work(
    owner = 'w1',
    signal = new AbortController().signal
  ): Promise<number> {
    const claimed = await store.claim({
      owner,
      now: clock.now(),
      leaseMs: settings.leaseMs,
      limit: 10,
      states: ALL
    })
    for (const delivery of claimed) {
      const step = { delivery, owner, signal }
      if (delivery.state === 'answered')
        await stepTowardsCore(dependencies, step)
      else await stepTowardsSystem(dependencies, step)
    }
    return claimed.length
  }
  return {
    find,
    work,
    async add(changes) {
      const delivery = sampleDelivery({
        createdAt: clock.now(),
        nextAttemptAt: clock.now(),
        confirmNotBefore: clock.now(),
        tokenExpiresAt: clock.now() + 7 * 86_400_000,
        ...changes
      })
      await store.insert(delivery, [])
      return delivery.id
    },
    async workFor(ms) {
      const until = clock.now() + ms
      for (;;) {
        while ((await work()) > 0);
        const due = await store.nextDue(ALL)
        if (due === undefined || due > until) break
        clock.at = Math.max(due, clock.at + 1)
      }
      clock.at = until
    },
    callback: (id, answer) =>
      store.receive(
        {
          source: 'scripted',
          messageId: newId(),
          deliveryId: id,
          answer,
          now: clock.now(),
          nextAttemptAt: clock.now()
        },
        () => []
      ),
    endLeases() {
      clock.at += settings.leaseMs + 1
    },
    async trail(id) {
      const { event, action } = await find(id)
      const entries = await store.timeline({
        id,
        eventId: event.id,
        actionId: action.id
      })
      return entries.map(({ kind }) => kind)
    }
  }
}
