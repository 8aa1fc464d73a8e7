import { AuthenticationError, SystemError } from '../../src/domain/errors'
import type { SystemRequest } from '../../src/domain/delivery'
import type {
  CallbackMessage,
  InboundRequest,
  NationalIdSystem,
  SystemCallContext,
  SystemFactory
} from '../../src/systems/system'

/** What the other side of an adapter has done, as its simulator saw it. */
export type SystemUnderTest = {
  factory: SystemFactory
  system: NationalIdSystem
  /** References in the order in which work was really done for them. */
  workDone(): string[]
  /** The next request is refused as a person's, not as a failure. */
  refuseNext(): void
  /** Requests are taken but not answered any more. */
  goSilent(): void
  /** A callback as the system makes it, for what was asked before. */
  callback?(reference: string): InboundRequest
  close(): Promise<void>
}

/** A request as the worker makes it. */
export function systemRequest(
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

/** A call with a deadline that no test reaches. */
export function callContext(
  signal = new AbortController().signal
): SystemCallContext {
  return { signal, attempt: 1 }
}

/**
 * What every adapter must keep, whatever it speaks. `open` starts an adapter
 * and the other side of it anew for each test.
 */
export function describeSystem(
  name: string,
  open: () => Promise<SystemUnderTest>
): void {
  describe(`${name} keeps the contract of a system`, () => {
    let under: SystemUnderTest

    beforeEach(async () => {
      under = await open()
      await under.system.start?.()
    })

    let isGone = false

    /** The other side disappears. */
    async function goAway(): Promise<void> {
      if (isGone) return
      isGone = true
      await under.close()
    }

    afterEach(async () => {
      await under.system.stop?.()
      await goAway()
      isGone = false
    })

    it('says the same about itself before and after it is made', () => {
      expect(under.factory.issues('system')).toEqual([])
      expect(under.system.name).toBe(under.factory.name)
      expect(under.system.capabilities).toEqual(under.factory.capabilities)
    })

    it('has the function for each capability, and none besides', () => {
      const { capabilities, readCallback, status, verify } = under.system
      expect(status !== undefined).toBe(capabilities.status)
      expect(verify !== undefined).toBe(capabilities.verify)
      expect(readCallback !== undefined).toBe(capabilities.callback)
      const announces = (capabilities.announces ?? []).length > 0
      expect(under.system.announce !== undefined).toBe(announces)
    })

    it('says of each route of its own who may call it', () => {
      const { callbackRoutes = [], routes = [] } = under.system
      for (const { access, path } of [...routes, ...callbackRoutes]) {
        expect(path).toMatch(/^\/[^/]/)
        expect(access.length).toBeGreaterThan(10)
      }
    })

    it('waits for a system that is away, and says nothing of the person', async () => {
      await goAway()
      const failure: unknown = await under.system
        .submit(systemRequest(), callContext())
        .catch((error: unknown) => error)
      expect(failure).toBeInstanceOf(SystemError)
      expect(failure).toMatchObject({ retryable: true })
      // A connection that was open before may die half way; only where it matters must that be ruled out.
      if (!under.system.capabilities.idempotent) {
        expect(failure).toMatchObject({ outcomeUnknown: false })
      }
      expect(shown(failure)).not.toMatch(/Amara|Okonjo|2026-03-02|000017/)
    })

    it('starts and stops as often as it is told, with or without the other side', async () => {
      await goAway()
      await under.system.start?.()
      await under.system.stop?.()
      await under.system.stop?.()
      await under.system.start?.()
    })

    it('looks at its own connection without failing, and knows a remedy', async () => {
      const { check } = under.system
      if (check === undefined) return
      const { signal } = new AbortController()
      const up = await check({ signal })
      expect(up.length).toBeGreaterThan(0)
      await goAway()
      const down = await check({ signal })
      const failed = down.filter(({ state }) => state === 'failed')
      expect(failed.length).toBeGreaterThan(0)
      for (const { remedy } of failed) expect(remedy).toMatch(/\.$/)
      expect(under.workDone()).toEqual([])
    })

    it('passes our reference on', async () => {
      const request = systemRequest()
      await under.system.submit(request, callContext())
      expect(under.workDone()).toEqual([request.reference])
    })

    it('does the work once when the same reference is sent again', async () => {
      const { system } = under
      const first = await system.submit(systemRequest(), callContext())
      if (!system.capabilities.idempotent) return
      const again = await system.submit(systemRequest(), callContext())
      expect(again).toEqual(first)
      expect(under.workDone()).toHaveLength(1)
    })

    it('gives a refusal of the person as an answer', async () => {
      under.refuseNext()
      const answer = await under.system.submit(systemRequest(), callContext())
      expect(answer).toEqual({
        outcome: 'refused',
        code: expect.stringMatching(/./),
        reason: expect.stringMatching(/./)
      })
      expect(under.workDone()).toEqual([])
    })

    it('refuses an operation that it says it does not take', async () => {
      const { capabilities, submit } = under.system
      const missing = (
        ['withdraw', 'deactivateIdentity', 'updateIdentity'] as const
      ).filter((operation) => !capabilities.operations.includes(operation))
      for (const operation of missing) {
        await expect(
          submit(systemRequest({ operation }), callContext())
        ).rejects.toMatchObject({ retryable: false, outcomeUnknown: false })
      }
      expect(under.workDone()).toEqual([])
    })

    it('stops waiting when its signal aborts', async () => {
      under.goSilent()
      const stop = new AbortController()
      const call = under.system
        .submit(systemRequest(), callContext(stop.signal))
        .catch((error: unknown) => error)
      const started = performance.now()
      setTimeout(() => stop.abort(), 50)
      const failure = await call
      expect(failure).toBeInstanceOf(SystemError)
      expect(failure).toMatchObject({ retryable: true, outcomeUnknown: true })
      expect(performance.now() - started).toBeLessThan(2_000)
    })

    it('sends nothing when its signal was aborted before', async () => {
      const signal = AbortSignal.abort()
      await expect(
        under.system.submit(systemRequest(), callContext(signal))
      ).rejects.toMatchObject({ retryable: true, outcomeUnknown: false })
      expect(under.workDone()).toEqual([])
    })

    it('does not know a reference that it has never seen', async () => {
      const { capabilities, status } = under.system
      if (!capabilities.status) return
      const answer = await status?.(
        { reference: 'never-sent', operation: 'createIdentity' },
        callContext()
      )
      expect(answer).toEqual({ outcome: 'unknown' })
    })

    it('reads a genuine callback, the same each time', async () => {
      if (under.callback === undefined) return
      const { reference } = systemRequest()
      const callback = under.callback(reference)
      const [message] = await read(under.system, callback)
      expect(message?.reference).toBe(reference)
      expect(message?.messageId).toMatch(/./)
      expect(await read(under.system, callback)).toEqual([message])
    })

    it('refuses a callback that was changed, or is signed by nobody', async () => {
      if (under.callback === undefined) return
      const genuine = under.callback(systemRequest().reference)
      const changed = Buffer.concat([genuine.rawBody, Buffer.from(' ')])
      const forged = [
        { ...genuine, rawBody: changed },
        { ...genuine, headers: {} }
      ]
      for (const callback of forged) {
        await expect(read(under.system, callback)).rejects.toThrow(
          AuthenticationError
        )
      }
    })
  })
}

/** Everything that a log could show of an error. */
function shown(error: unknown): string {
  return error instanceof Error
    ? `${error.stack ?? ''} ${JSON.stringify(error)} ${shown(error.cause)}`
    : String(error)
}

async function read(
  system: NationalIdSystem,
  callback: InboundRequest
): Promise<CallbackMessage[]> {
  if (system.readCallback === undefined) throw new Error('cannot be called')
  return system.readCallback(callback)
}
