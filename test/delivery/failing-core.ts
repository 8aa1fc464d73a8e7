import type { FinalAnswer } from '../../src/domain/delivery'
import { OpenCrvsError } from '../../src/domain/errors'
import type { Acceptance, OpenCrvsCore } from '../../src/opencrvs/core'
import type { NewDelivery } from '../../src/store/store'
import { sampleDelivery } from '../store/sample-delivery'
import { agreeableCore, sayingSystem } from './workbench'

export const ISSUED = { outcome: 'accepted', identifier: '42' } as const
export const REFUSED: FinalAnswer = {
  outcome: 'refused',
  code: 'DUP',
  reason: 'no'
}

export function coreError(
  code: string,
  failure: OpenCrvsError['failure'],
  more: { status?: number; storedAs?: 'Accepted' | 'Rejected' } = {}
) {
  return new OpenCrvsError('failed', { code, failure, ...more })
}

export const unauthorized = coreError('ERR_CORE_UNAUTHORIZED', 'unauthorized', {
  status: 401
})
export const unavailable = coreError('ERR_CORE_UNAVAILABLE', 'transient', {
  status: 500
})
export const notStored = coreError('ERR_CORE_NOT_STORED', 'transient', {
  status: 500
})

export type Core = { core: OpenCrvsCore; accepted: Acceptance[] }

/** A core whose acceptances fail like this, one after the other, and then succeed. */
export function failing(
  failures: OpenCrvsError[],
  changes: Partial<OpenCrvsCore> = {}
): Core {
  const accepted: Acceptance[] = []
  const core = agreeableCore({
    accept: (acceptance) => {
      accepted.push(acceptance)
      const failure = failures.shift()
      return failure === undefined
        ? agreeableCore().accept(acceptance)
        : Promise.reject(failure)
    },
    ...changes
  })
  return { core, accepted }
}

export const silent = sayingSystem(() => ({ outcome: 'pending' }))

export function answered(
  answer: FinalAnswer | undefined,
  more: Partial<NewDelivery> = {}
): Partial<NewDelivery> {
  const sample = sampleDelivery(more)
  return {
    ...sample,
    state: 'answered',
    secrets: {
      ...sample.secrets,
      ...(answer === undefined ? {} : { answer })
    },
    ...more
  }
}

export const numbersIn = (accepted: Acceptance[]) =>
  accepted.map(({ registrationNumber }) => registrationNumber)
