import type { Plugin, Server } from '@hapi/hapi'
import pino from 'pino'
import { createEvidenceBook } from './authentication/evidence'
import type { ResolvedOptions } from './config/resolved'
import { createAbandonedTriggers } from './delivery/abandoned'
import type {
  DeliveryDependencies,
  DeliverySettings
} from './delivery/dependencies'
import { createDeliveryEvents } from './delivery/events'
import { createFlushGate } from './delivery/flush-gate'
import { createHookRunner } from './delivery/hooks'
import { createReadablePeople } from './delivery/readable-people'
import { logDeliveryEvents } from './delivery/log-events'
import { createSystemGateway } from './delivery/system-gateway'
import { createDeliveryWorker } from './delivery/worker'
import { createAuditBudget } from './handlers/audit-budget'
import { callbackRoutes, confirmationRoutes } from './handlers/confirmation'
import { mountProofRoutes } from './handlers/authentication/proof-routes'
import { createSignInParts } from './handlers/authentication/sign-in-parts'
import { healthRoutes } from './handlers/health'
import { hideParameters } from './handlers/hidden-parameters'
import { metricsRoutes } from './handlers/metrics'
import { createMetricsRegistry } from './handlers/metrics-registry'
import { operationsRoutes } from './handlers/operations'
import { createRefusalLog } from './handlers/refusal-log'
import type { Proofs, Runtime, RuntimeSource } from './handlers/runtime'
import {
  refuseTakenRoutes,
  warnAboutMissedTriggers
} from './handlers/route-checks'
import { systemRoutes } from './handlers/system-routes'
import { triggerToken } from './handlers/trigger-token'
import { createVerdicts } from './handlers/verdicts'
import { triggerSafety, warnAboutSmallBodies } from './handlers/trigger-safety'
import { systemClock } from './internal/clock'
import { createCipher, type Cipher } from './internal/encryption'
import { createHttpClient } from './internal/http'
import type { Logger } from './internal/logger'
import { NationalIdError } from './domain/errors'
import { createOpenCrvsCore } from './opencrvs/client'
import { createTokenVerifier } from './opencrvs/tokens'
import type { OpenCrvsCore } from './opencrvs/core'
import type { Store } from './store/store'
import type { NationalIdSystem } from './systems/system'

/** An instance's plugin, and its running parts once the server has started. */
export type Instance = { plugin: Plugin<void>; runtime: RuntimeSource }

/** Wires the options to the three ports. Decides nothing. */
export function createInstance(options: ResolvedOptions): Instance {
  let running: Running | undefined
  const source: RuntimeSource = () => running
  const logger: Logger =
    options.logger ?? pino({ name: 'opencrvs-national-id' })
  const system = createSystem(options, logger, source)

  /** The server that this instance runs on. */
  let host: Server | undefined
  const plugin: Plugin<void> = {
    name: 'opencrvs-national-id',
    multiple: true,
    register(server: Server) {
      refuseTakenRoutes(server, options.routePrefix)
      mountRoutes(server, source, options, system)
      server.ext('onPreAuth', triggerToken(source))
      server.ext('onPreResponse', triggerSafety(source))
      server.ext('onPreStart', async () => {
        if (host !== undefined) throw alreadyRunning()
        host = server
        for (const { option, effect } of options.weakenings)
          logger.warn({ option }, `a safeguard is weakened: ${effect}`)
        warnAboutSmallBodies(server, source, logger)
        warnAboutMissedTriggers(server, source, options.events, logger)
        try {
          running = await start(options, system, logger)
          logger.info(
            {
              system: system.name,
              store: options.store.name,
              events: Object.keys(options.events),
              routes: options.routePrefix
            },
            'the national ID integration is running'
          )
        } catch (failure) {
          host = undefined
          throw failure
        }
      })
      server.ext('onPostStop', async () => {
        // Another server's end is not ours.
        if (host !== server) return
        const stopping = running
        running = undefined
        host = undefined
        await stopping?.stop()
      })
    }
  }
  return { plugin, runtime: source }
}

function createSystem(
  { publicUrl, routePrefix, system }: ResolvedOptions,
  logger: Logger,
  source: RuntimeSource
): NationalIdSystem {
  if (!('create' in system)) return system
  const routesUrl = `${publicUrl.replace(/\/+$/, '')}${routePrefix}`
  const readsBack = system.capabilities.readsBack !== undefined
  return system.create({
    clock: systemClock,
    logger,
    callbackUrl: `${routesUrl}/confirmation`,
    routesUrl,
    ...(readsBack
      ? { people: createReadablePeople(() => source()?.delivery) }
      : {})
  })
}

function alreadyRunning(): NationalIdError {
  return new NationalIdError(
    'This national ID instance runs on another server already, so the second server was not started. Make one instance with createNationalId for each server.',
    { code: 'ERR_ALREADY_RUNNING' }
  )
}

function mountRoutes(
  server: Server,
  source: RuntimeSource,
  options: ResolvedOptions,
  system: NationalIdSystem
): void {
  const prefix = options.routePrefix
  const ofSystem = [...(system.routes ?? []), ...(system.callbackRoutes ?? [])]
  hideParameters(
    server,
    ofSystem.map(({ path }) => `${prefix}${path}`)
  )
  server.route([
    ...confirmationRoutes(source, prefix),
    ...callbackRoutes(source, prefix, system),
    ...healthRoutes(source, prefix),
    ...metricsRoutes(source, prefix, options.metrics),
    ...operationsRoutes(source, prefix, options.operations?.scope),
    ...systemRoutes(source, prefix, system)
  ])
  mountProofRoutes(server, source, options)
}

type Running = Runtime & { stop(): Promise<void> }

/** Something that was opened and has to be closed. */
type Closing = { part: string; close: () => void | Promise<void> }

/** Opens the parts and starts the worker. When one part fails, those that were opened before are closed again. */
async function start(
  options: ResolvedOptions,
  system: NationalIdSystem,
  logger: Logger
): Promise<Running> {
  const opened: Closing[] = []
  try {
    const runtime = await open(options, system, logger, opened)
    return { ...runtime, stop: () => closeAll(opened, logger) }
  } catch (failure) {
    await closeAll(opened, logger)
    throw failure
  }
}

/** Closes in the opposite order. One part that fails keeps no other from being closed. */
async function closeAll(
  opened: readonly Closing[],
  logger: Logger
): Promise<void> {
  for (const { part, close } of opened.toReversed()) {
    try {
      await close()
    } catch (failure) {
      const code =
        failure instanceof NationalIdError ? failure.code : 'ERR_UNEXPECTED'
      logger.error({ part, code }, 'a part could not be closed')
    }
  }
}

async function open(
  options: ResolvedOptions,
  system: NationalIdSystem,
  logger: Logger,
  opened: Closing[]
): Promise<Runtime> {
  const clock = systemClock
  const cipher = await createCipher(options.secrets.encryption)
  const store = options.store.create({ cipher, clock })
  await store.open()
  opened.push({ part: 'store', close: () => store.close() })
  const core = createOpenCrvsCore({ ...options.opencrvs, clock })
  opened.push({ part: 'core', close: () => core.close() })
  const http = createHttpClient()
  opened.push({ part: 'keys', close: () => http.close() })
  await system.start?.()
  opened.push({ part: 'system', close: () => system.stop?.() })
  const proofs = createProofs(options, cipher)
  opened.push({ part: 'sign-in', close: () => proofs.relyingParty?.stop?.() })
  const delivery = deliveryParts(options, { store, core, system, logger })
  logDeliveryEvents(delivery.events, logger)
  const worker = createDeliveryWorker(delivery)
  worker.start()
  // It finishes or gives back what is under way.
  opened.push({ part: 'worker', close: () => worker.stop() })
  const { events } = delivery
  const budget = createAuditBudget(clock)
  return {
    options,
    delivery,
    worker,
    system,
    budget,
    verifier: createTokenVerifier({ ...options.opencrvs, clock, http }),
    refusals: createRefusalLog({ store, clock, logger, events, budget }),
    verdicts: createVerdicts(clock),
    proofs,
    signIn: createSignInParts(options, cipher),
    metrics: createMetricsRegistry({
      store,
      system: delivery.system,
      events,
      clock
    })
  }
}

/** Starts nothing: a provider that cannot be reached now is asked when somebody signs in. */
function createProofs(
  { authentication: { oidc, qr } }: ResolvedOptions,
  cipher: Cipher
): Proofs {
  const clock = systemClock
  return {
    evidence: createEvidenceBook({ cipher, clock }),
    ...(oidc === undefined ? {} : { relyingParty: oidc.create({ clock }) }),
    ...(qr === undefined ? {} : { credentials: qr.create({ clock }) })
  }
}

function deliveryParts(
  options: ResolvedOptions,
  parts: {
    store: Store
    core: OpenCrvsCore
    system: NationalIdSystem
    logger: Logger
  }
): DeliveryDependencies {
  const { store, core, system, logger } = parts
  const { events, registrationNumber } = options
  return {
    store,
    core,
    system: createSystemGateway(system, options.delivery.circuit, systemClock),
    clock: systemClock,
    logger,
    settings: settingsOf(options),
    eventSettings: (type) =>
      Object.hasOwn(events, type) ? events[type] : undefined,
    gate: createFlushGate(systemClock),
    abandoned: createAbandonedTriggers(),
    hooks: createHookRunner(options.hooks, logger),
    events: createDeliveryEvents(),
    ...(registrationNumber === undefined ? {} : { registrationNumber })
  }
}

function settingsOf({
  delivery,
  opencrvs,
  reasons
}: ResolvedOptions): DeliverySettings {
  return {
    ...delivery,
    acceptPauseMs: opencrvs.acceptPauseMs,
    checkAfterMs: opencrvs.checkAfterMs,
    ...(reasons.annotation === undefined
      ? {}
      : { reasonAnnotation: reasons.annotation })
  }
}
