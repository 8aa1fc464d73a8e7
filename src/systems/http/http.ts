import { OptionsError } from '../../domain/errors'
import { isRecord } from '../../internal/json'
import type {
  NationalIdSystem,
  SystemDependencies,
  SystemFactory
} from '../system'
import { createCaller } from './caller'
import { readCallback } from './callback'
import { capabilitiesOf, weakeningsOf } from './capabilities'
import { submit, type HttpParts } from './operation'
import { issuesOf, withDefaults } from './option-issues'
import type { HttpOptions } from './options'
import { askStatus } from './status-query'
import { verify } from './verification'

/**
 * A national ID system that speaks JSON over HTTPS.
 *
 * ```ts
 * system: http({
 *   baseUrl: 'https://id.example.org/api',
 *   authentication: { type: 'bearer', token: readToken },
 *   createIdentity: { path: '/identities' },
 *   callback: { secrets: readCallbackSecret }
 * })
 * ```
 *
 * Nothing is checked or opened here: mistakes are reported with those of the
 * other options. docs/systems/http.md has every option and the wire.
 */
export function http(options: HttpOptions): SystemFactory {
  // A country may write JavaScript, so the type proves nothing.
  const given: unknown = options
  return {
    name: nameOf(given),
    capabilities: capabilitiesOf(given),
    issues: (path) => issuesOf(given, path),
    weakenings: (path) => weakeningsOf(given, path),
    create: (dependencies) => createSystem(given, dependencies)
  }
}

function nameOf(options: unknown): string {
  const name = isRecord(options) ? options.name : undefined
  return typeof name === 'string' && name !== '' ? name : 'http'
}

/** @throws OptionsError when the options have mistakes */
function createSystem(
  given: unknown,
  { clock }: SystemDependencies
): NationalIdSystem {
  const issues = issuesOf(given, 'system')
  if (issues.length > 0) throw new OptionsError(issues)
  const options = withDefaults(given)
  const { callback, status, verify: verification } = options
  const caller = createCaller(options, clock)
  const parts: HttpParts = { options, caller, clock }
  return {
    name: options.name,
    capabilities: capabilitiesOf(given),
    submit: (request, context) => submit(parts, request, context),
    ...(status === undefined
      ? {}
      : {
          status: (query, context) => askStatus(parts, status, query, context)
        }),
    ...(verification === undefined
      ? {}
      : {
          verify: (request, context) =>
            verify(parts, verification, request, context)
        }),
    ...(callback === undefined
      ? {}
      : { readCallback: (request) => readCallback(request, callback, clock) }),
    stop: async () => caller.close()
  }
}
