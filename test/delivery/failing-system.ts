import type { NationalIdError } from '../../src/domain/errors'
import { SystemError } from '../../src/domain/errors'
import { sayingSystem } from './workbench'

/** A failure of the system that may pass. */
export function failure(
  more: Partial<ConstructorParameters<typeof SystemError>[1]> = {}
) {
  return new SystemError('failed', {
    code: 'ERR_DOWN',
    system: 'scripted',
    retryable: true,
    ...more
  })
}

/** A gateway whose every call fails so. */
export function gatewayThat(error: NationalIdError) {
  const fail = () => Promise.reject(error)
  return {
    name: 'scripted',
    capabilities: sayingSystem(failure, { status: true }).capabilities,
    submit: fail,
    status: fail,
    announce: fail,
    verify: fail,
    isAvailable: () => true
  }
}
