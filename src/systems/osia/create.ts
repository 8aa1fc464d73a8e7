import { OptionsError } from '../../domain/errors'
import { isRecord } from '../../internal/json'
import type {
  NationalIdSystem,
  SystemDependencies,
  SystemFactory
} from '../system'
import { capabilitiesOf, weakeningsOf } from './capabilities'
import { dataAccessRoute } from './data-access'
import { createSubscriber, type Subscriber } from './notification'
import { inspect } from './check'
import { issuesOf, withDefaults } from './option-issues'
import type { CheckedOsiaOptions, OsiaOptions } from './options'
import { createOsiaHttp } from './osia-http'
import { createPublisher } from './publish'
import { createPush } from './push'
import { scopesOf } from './scopes'
import { askStatus } from './status-query'
import { announce, submit } from './submit'
import type { OsiaParts } from './task'
import { verify } from './verify'

/**
 * A national ID system that speaks OSIA, release 7.1.
 *
 * ```ts
 * system: osia({
 *   urls: {
 *     uin: 'https://uin.example.org',
 *     notification: 'https://events.example.org',
 *     dataAccess: 'https://register.example.org/data-access'
 *   },
 *   authentication: {
 *     type: 'oauth2',
 *     tokenUrl: 'https://login.example.org/token',
 *     clientId: 'civil-registry',
 *     clientSecret: readClientSecret
 *   },
 *   duplicates: {},
 *   verify: { by: 'match' },
 *   parents: ['mother', 'father']
 * })
 * ```
 *
 * Nothing is checked or opened here: mistakes are reported with those of the
 * other options. docs/systems/osia.md has every option and the wire.
 *
 * Tested against the published interface files of release 7.1 and a simulator
 * built by them. NOT tested against any live register.
 */
export function osia(options: OsiaOptions): SystemFactory {
  return osiaFactory(options, 'osia')
}

/** The factory behind `osia()` and its presets. */
export function osiaFactory(
  options: unknown,
  usualName: string
): SystemFactory {
  // A country may write JavaScript, so the type proves nothing.
  const given = isRecord(options) ? { name: usualName, ...options } : options
  return {
    name: nameOf(given, usualName),
    capabilities: capabilitiesOf(given),
    issues: (path) => issuesOf(given, path),
    weakenings: (path) => weakeningsOf(given, path),
    create: (dependencies) => createSystem(given, dependencies)
  }
}

function nameOf(options: unknown, usualName: string): string {
  const name = isRecord(options) ? options.name : undefined
  return typeof name === 'string' && name !== '' ? name : usualName
}

/** @throws OptionsError when the options have mistakes */
function createSystem(
  given: unknown,
  dependencies: SystemDependencies
): NationalIdSystem {
  const issues = issuesOf(given, 'system')
  if (issues.length > 0) throw new OptionsError(issues)
  const options = withDefaults(given)
  const { clock } = dependencies
  const capabilities = capabilitiesOf(given)
  const http = createOsiaHttp(options, clock, scopesOf(options))
  const publisher = createPublisher(http, options, clock)
  const parts: OsiaParts = { options, http, publisher, clock }
  const push = createPush(parts)
  const { verify: how } = options
  const subscriber = subscriberOf(parts, dependencies)
  return {
    name: options.name,
    capabilities,
    submit: (request, context) => submit(parts, push, request, context),
    ...(capabilities.status
      ? { status: (query, context) => askStatus(parts, query, context) }
      : {}),
    ...(capabilities.announces?.length === 0
      ? {}
      : {
          announce: (request, record, context) =>
            announce(parts, push, request, record, context)
        }),
    ...(how === undefined
      ? {}
      : {
          verify: (request, context) => verify(parts, how, request, context)
        }),
    ...routesOf(options, dependencies),
    ...(subscriber === undefined
      ? {}
      : { callbackRoutes: subscriber.callbackRoutes }),
    check: async ({ signal }) => [
      ...(await inspect(parts, signal)),
      ...(subscriber?.findings() ?? [])
    ],
    start: async () => subscriber?.start(),
    async stop() {
      await subscriber?.stop()
      http.close()
    }
  }
}

function subscriberOf(
  { clock, http, options, publisher }: OsiaParts,
  { logger, routesUrl }: SystemDependencies
): Subscriber | undefined {
  return options.subscription === undefined
    ? undefined
    : createSubscriber(options.subscription, {
        options,
        http,
        publisher,
        clock,
        ...(logger === undefined ? {} : { logger }),
        ...(routesUrl === undefined ? {} : { routesUrl })
      })
}

/** Where the register reads back; there is nobody to read without `people`. */
function routesOf(
  options: CheckedOsiaOptions,
  { clock, logger, people }: SystemDependencies
): Pick<NationalIdSystem, 'routes'> {
  if (options.readBack === undefined || people === undefined) return {}
  return {
    routes: dataAccessRoute(options.readBack, {
      dictionary: options,
      people,
      clock,
      ...(logger === undefined ? {} : { logger })
    })
  }
}
