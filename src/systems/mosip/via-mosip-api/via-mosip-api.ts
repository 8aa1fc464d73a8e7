import { OptionsError } from '../../../domain/errors'
import type {
  NationalIdSystem,
  SystemDependencies,
  SystemFactory
} from '../../system'
import { createConnection } from '../../../internal/peer-connection'
import { flowsOf } from '../flows'
import type { ReadSchema } from '../option-issues'
import { withHost } from '../packet'
import { coreRoutes, readConfirmation } from './as-core'
import { apiCapabilitiesOf, apiWeakeningsOf } from './capabilities'
import { inspectApi } from './inspect'
import { apiIssuesOf, withApiDefaults } from './option-issues'
import { submitViaApi, type ApiParts } from './submit'
import { createApiTokens } from './tokens'
import { verifyViaApi } from './verify'

/** MOSIP by way of an existing mosip-api; see `mosip()`. */
export function viaMosipApi(
  given: unknown,
  name: string,
  readSchema: ReadSchema
): SystemFactory {
  return {
    name,
    capabilities: apiCapabilitiesOf(given),
    issues: (path) => apiIssuesOf(given, path, readSchema),
    weakenings: (path) => apiWeakeningsOf(given, path),
    create: (dependencies) => createSystem(given, dependencies, readSchema)
  }
}

/** @throws OptionsError when the options have mistakes */
function createSystem(
  given: unknown,
  { clock }: SystemDependencies,
  readSchema: ReadSchema
): NationalIdSystem {
  const issues = apiIssuesOf(given, 'system', readSchema)
  if (issues.length > 0) throw new OptionsError(issues)
  const options = withApiDefaults(given)
  const capabilities = apiCapabilitiesOf(given)
  const schema = readSchema(options.idSchema)
  const tokens = createApiTokens(options.signingKeys, clock)
  const parts: ApiParts = {
    options,
    office: withHost(options.office),
    schema,
    flows: flowsOf(options, schema.required),
    connection: createConnection(options.tls),
    tokens,
    clock
  }
  const { verify } = options
  return {
    name: options.name,
    capabilities,
    submit: (request, context) => submitViaApi(parts, request, context),
    ...(verify === undefined
      ? {}
      : {
          verify: (request, context) =>
            verifyViaApi(parts, verify, request, context)
        }),
    ...(capabilities.callback
      ? { readCallback: (request) => readConfirmation(tokens, request) }
      : {}),
    ...coreRoutes(tokens, capabilities),
    check: ({ signal }) => inspectApi(parts, signal),
    stop: async () => parts.connection.close()
  }
}
