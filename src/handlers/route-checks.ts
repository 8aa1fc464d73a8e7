import type { Server } from '@hapi/hapi'
import type { ResolvedOptions } from '../config/resolved'
import { NationalIdError } from '../domain/errors'
import type { Logger } from '../internal/logger'
import type { RuntimeSource } from './runtime'
import { isTriggerHandler } from './trigger-handler'

/**
 * Says at start which rules can never be asked. hapi gives a call to the most specific path, so a route that the
 * template keeps for births alone would take them past our handler, and nobody would notice.
 */
export function warnAboutMissedTriggers(
  server: Server,
  source: RuntimeSource,
  events: ResolvedOptions['events'],
  logger: Logger
): void {
  for (const [type, { rules }] of Object.entries(events)) {
    const actions = new Set(Object.keys(rules).map(actionType))
    for (const action of actions) {
      const path = `/trigger/events/${type}/actions/${action}`
      const route = server.match('post', path)
      if (route === null) {
        logger.error(
          { path },
          'there are rules for this trigger and no route: add one with nationalId.handlers.action()'
        )
      } else if (!isTriggerHandler(route.settings.handler, source)) {
        logger.error(
          { path, route: route.path },
          "there are rules for this trigger, and another handler's route takes it: wrap that handler with nationalId.handlers.action({ otherwise })"
        )
      }
    }
  }
}

/** `CUSTOM:<customActionType>` triggers as CUSTOM (FACTS A1). */
function actionType(key: string): string {
  return key.split(':')[0] ?? key
}

/** @throws NationalIdError `ERR_ROUTES_TAKEN` when something stands where our routes are to be */
export function refuseTakenRoutes(server: Server, prefix: string): void {
  const taken = server.match('post', `${prefix}/confirmation`)
  if (taken?.path !== `${prefix}/confirmation`) return
  throw new NationalIdError(
    `The server has routes under ${prefix} already: nationalId.plugin was registered twice, or two instances have the same routePrefix. Register it once, or give each instance a routePrefix of its own.`,
    { code: 'ERR_ROUTES_TAKEN' }
  )
}
