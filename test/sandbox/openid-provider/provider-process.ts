import { join } from 'node:path'
import type { OpenIdProviderOptions } from '../../../src/sandbox/openid-provider/options'
import {
  startOpenIdProviderProcess,
  type OpenIdProviderProcess
} from '../../../src/sandbox/openid-provider/start-open-id-provider-process'

/** The provider, run from its sources in a process of its own. */
export function startProvider(
  options: Omit<OpenIdProviderOptions, 'clock'> = {}
): Promise<OpenIdProviderProcess> {
  return startOpenIdProviderProcess(options, {
    execArgv: ['--require', join(__dirname, 'register-typescript.js')]
  })
}
