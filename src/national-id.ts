import type { Lifecycle, Plugin } from '@hapi/hapi'
import type { NationalIdOptions } from './config/options'
import { resolveOptions } from './config/resolve'
import { actionHandler, type ActionOptions } from './handlers/action'
import { createInstance } from './plugin'

/** What a country gets for its options. */
export type NationalId = {
  /** Register it on the server before starting it; it mounts our routes and runs the delivery worker. */
  plugin: Plugin<void>
  handlers: {
    /**
     * The handler for action triggers, for the route that the country's template declares:
     *
     * ```ts
     * server.route({
     *   method: 'POST',
     *   path: '/trigger/events/{event}/actions/{action}',
     *   handler: nationalId.handlers.action({ otherwise: onAnyActionHandler }),
     *   options: { payload: { maxBytes: 20 * 1024 * 1024 } }
     * })
     * ```
     */
    action(options?: ActionOptions): Lifecycle.Method
  }
}

/**
 * Joins a country configuration to its national ID system.
 *
 * Checks the options and builds; does no I/O and keeps nothing global, so that two instances in one process work.
 *
 * @throws OptionsError with every mistake at once
 */
export function createNationalId(options: NationalIdOptions): NationalId {
  const instance = createInstance(resolveOptions(options))
  return {
    plugin: instance.plugin,
    handlers: {
      action: (settings) => actionHandler(instance.runtime, settings)
    }
  }
}
