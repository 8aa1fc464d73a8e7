import type { Plugin, Server } from '@hapi/hapi'
import pino from 'pino'
import type { ResolvedOptions } from './config/resolved'
import type {
  DeliveryDependencies,
  DeliverySettings
} from './delivery/dependencies'
import { createDeliveryEvents } from './delivery/events'
import { createFlushGate } from './delivery/flush-gate'
import { createHookRunner } from './delivery/hooks'
import { createSystemGateway } from './delivery/system-gateway'
import { createDeliveryWorker } from './delivery/worker'
import { confirmationRoute } from './handlers/confirmation'
import { healthRoutes } from './handlers/health'
import { metricsRoutes } from './handlers/metrics'
import { createMetricsRegistry } from './handlers/metrics-registry'
import { operationsRoutes } from './handlers/operations'
import { createRefusalLog } from './handlers/refusal-log'
import type { Runtime, RuntimeSource } from './handlers/runtime'
import { systemRoutes } from './handlers/system-routes'
import { triggerSafety, warnAboutSmallBodies } from './handlers/trigger-safety'
import { systemClock } from './internal/clock'
import { createCipher } from './internal/encryption'
import { createHttpClient } from './internal/http'
import type { Logger } from './internal/logger'
import { createOpenCrvsCore } from './opencrvs/client'
import { createTokenVerifier } from './opencrvs/tokens'
import type { NationalIdSystem } from './systems/system'

/** An instance's plugin, and its running parts once the server has started. */
export type Instance = { plugin: Plugin<void>; runtime: RuntimeSource }

/** Wires the options to the three ports. Decides nothing. */
export function createInstance(options: ResolvedOptions): Instance {
  let running: Runtime | undefined
  const source: RuntimeSource = () => running
  const logger: Logger =
    options.logger ?? pino({ name: 'opencrvs-national-id' })
  const system =
    'create' in options.system
      ? options.system.create({ clock: systemClock })
      : options.system

  const plugin: Plugin<void> = {
    name: 'opencrvs-national-id',
    multiple: true,
    register(server: Server) {
      mountRoutes(server, source, options, system)
      server.ext('onPreResponse', triggerSafety(source))
      server.ext('onPreStart', async () => {
        for (const { option, effect } of options.weakenings)
          logger.warn({ option }, `a safeguard is weakened: ${effect}`)
        warnAboutSmallBodies(server, logger)
        running = await start(options, system, logger)
      })
      server.ext('onPostStop', async () => {
        const stopping = running
        running = undefined
        if (stopping !== undefined) await stop(stopping)
      })
    }
  }
  return { plugin, runtime: source }
}

function mountRoutes(
  server: Server,
  source: RuntimeSource,
  options: ResolvedOptions,
  system: NationalIdSystem
): void {
  const prefix = options.routePrefix
  server.route([
    confirmationRoute(source, prefix),
    ...healthRoutes(source, prefix),
    ...metricsRoutes(source, prefix, options.metrics),
    ...operationsRoutes(source, prefix, options.operations?.scope),
    ...systemRoutes(source, prefix, system)
  ])
}

async function start(
  options: ResolvedOptions,
  system: NationalIdSystem,
  logger: Logger
): Promise<Runtime> {
  const clock = systemClock
  const cipher = await createCipher(options.secrets.encryption)
  const store = options.store.create({ cipher, clock })
  await store.open()
  const events = createDeliveryEvents()
  const gateway = createSystemGateway(system, options.delivery.circuit, clock)
  const core = createOpenCrvsCore({ ...options.opencrvs, clock })
  const delivery: DeliveryDependencies = {
    store,
    core,
    system: gateway,
    clock,
    logger,
    settings: settingsOf(options),
    eventSettings: (eventType) => options.events[eventType],
    gate: createFlushGate(clock),
    hooks: createHookRunner(options.hooks, logger),
    events,
    ...(options.registrationNumber === undefined
      ? {}
      : { registrationNumber: options.registrationNumber })
  }
  await system.start?.()
  const worker = createDeliveryWorker(delivery)
  worker.start()
  return {
    options,
    delivery,
    worker,
    system,
    verifier: createTokenVerifier({
      ...options.opencrvs,
      clock,
      http: createHttpClient()
    }),
    refusals: createRefusalLog({ store, clock, logger, events }),
    metrics: createMetricsRegistry({ store, system: gateway, events, clock })
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

/** Finishes or gives back what is under way, then closes. */
async function stop(runtime: Runtime): Promise<void> {
  await runtime.worker.stop()
  await runtime.system.stop?.()
  runtime.delivery.core.close()
  await runtime.delivery.store.close()
}
