import type { SystemRequest } from '../../domain/delivery'
import type {
  InboundRequest,
  NationalIdSystem,
  SystemCallContext,
  SystemFactory
} from '../../systems/system'

/** An adapter, together with what its simulator saw and can be told to do. */
export type SystemUnderTest = {
  /** Where the system is made by one: that both say the same is checked too. */
  factory?: SystemFactory
  system: NationalIdSystem
  /**
   * What a request must have for this system besides what `contractRequest`
   * gives it: an attribute, an identifier. Nothing of a real person.
   */
  request?: Partial<SystemRequest>
  /** References in the order in which work was really done for them. */
  workDone(): string[]
  /** The next request is refused as a person's, not as a failure. */
  refuseNext(): void
  /** Requests for work are taken but not answered any more; log-in still is. */
  goSilent(): void
  /**
   * A genuine callback about a request, with its proof over the raw body.
   * Needed where the system says that it calls back.
   */
  callback?(reference: string): InboundRequest
  /** The other side disappears: connections are refused. Called once. */
  close(): Promise<void>
}

/** A request as the worker makes it, about an invented child. */
export function contractRequest(
  changes: Partial<SystemRequest> = {}
): SystemRequest {
  return {
    operation: 'createIdentity',
    reference: '7c0a4c0e-6f5d-4b0c-9d51-0a2f5b7d1e11',
    event: {
      id: '0e7c2a52-0c5b-4f8e-8b1e-1f3f0a9d5c22',
      type: 'birth',
      trackingId: 'TRK001'
    },
    action: { id: 'b7e0f5c3-5a44-4e0b-a4de-4b1f6c2d7a33', type: 'REGISTER' },
    person: {
      name: { firstname: 'Amara', surname: 'Okonjo' },
      dateOfBirth: '2026-03-02',
      sex: 'female',
      attributes: {}
    },
    registrationNumber: '2026-000017',
    ...changes
  }
}

/** The request of the checks: about something that this system takes. */
export function requestFor({
  request,
  system
}: SystemUnderTest): SystemRequest {
  const { operations } = system.capabilities
  const operation =
    operations.find((one) => one === 'createIdentity') ?? operations[0]
  return contractRequest({
    ...(operation === undefined ? {} : { operation }),
    ...request
  })
}

/** A call with a deadline that no check reaches. */
export function callContext(
  signal: AbortSignal = new AbortController().signal
): SystemCallContext {
  return { signal, attempt: 1 }
}
