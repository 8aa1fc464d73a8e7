import {
  CircuitOpenError,
  createSystemGateway
} from '../../src/delivery/system-gateway'
import type { SystemAnswer, SystemRequest } from '../../src/domain/delivery'
import { SystemError } from '../../src/domain/errors'
import type { NationalIdSystem } from '../../src/systems/system'

const request: SystemRequest = {
  operation: 'createIdentity',
  reference: 'r1',
  event: { id: 'e1', type: 'birth', trackingId: 'T1' },
  action: { id: 'a1', type: 'REGISTER' },
  person: { attributes: {} }
}

const ISSUED: SystemAnswer = { outcome: 'accepted', identifier: '42' }

function call(timeoutMs = 1_000) {
  return { attempt: 1, timeoutMs, signal: new AbortController().signal }
}

function systemThat(submit: NationalIdSystem['submit']): NationalIdSystem {
  return {
    name: 'test',
    capabilities: {
      operations: ['createIdentity'],
      idempotent: true,
      callback: false,
      status: false,
      verify: false
    },
    submit
  }
}

const down = () =>
  Promise.reject(
    new SystemError('down', {
      code: 'ERR_DOWN',
      system: 'test',
      retryable: true
    })
  )

describe('the system gateway', () => {
  it('ends a call that an adapter would leave hanging, with its outcome unknown', async () => {
    const gateway = createSystemGateway(
      systemThat(() => new Promise<SystemAnswer>(() => undefined)),
      { failures: 5, openMs: 1_000 }
    )
    await expect(gateway.submit(request, call(20))).rejects.toMatchObject({
      code: 'ERR_SYSTEM_TIMEOUT',
      outcomeUnknown: true,
      retryable: true
    })
  })

  it('aborts the signal that an adapter was given', async () => {
    const gateway = createSystemGateway(
      systemThat(
        (_request, { signal }) =>
          new Promise((_resolve, reject) => {
            signal.addEventListener('abort', () => {
              reject(
                new SystemError('aborted', { code: 'ERR_OWN', system: 'test' })
              )
            })
          })
      ),
      { failures: 5, openMs: 1_000 }
    )
    await expect(gateway.submit(request, call(20))).rejects.toMatchObject({
      code: 'ERR_OWN'
    })
  })

  it('leaves a failing system alone, then tries it again', async () => {
    let calls = 0
    let isDown = true
    const gateway = createSystemGateway(
      systemThat(() => {
        calls += 1
        return isDown ? down() : Promise.resolve({ outcome: 'pending' })
      }),
      { failures: 2, openMs: 50 }
    )
    await expect(gateway.submit(request, call())).rejects.toThrow('down')
    await expect(gateway.submit(request, call())).rejects.toThrow('down')
    await expect(gateway.submit(request, call())).rejects.toBeInstanceOf(
      CircuitOpenError
    )
    expect(calls).toBe(2)
    expect(gateway.isAvailable()).toBe(false)
    isDown = false
    await new Promise((resolve) => setTimeout(resolve, 80))
    // Without a call in between: it is this that lets the worker call again.
    expect(gateway.isAvailable()).toBe(true)
    await expect(gateway.submit(request, call())).resolves.toEqual({
      outcome: 'pending'
    })
    expect(gateway.isAvailable()).toBe(true)
  })

  it('lets a single call try whether a system is back, and nobody wait behind it', async () => {
    const answers: Array<() => Promise<SystemAnswer>> = [
      down,
      () => new Promise((resolve) => setTimeout(resolve, 100, ISSUED))
    ]
    const gateway = createSystemGateway(
      systemThat(() => (answers.shift() ?? down)()),
      { failures: 1, openMs: 30 }
    )
    await expect(gateway.submit(request, call())).rejects.toThrow('down')
    await new Promise((resolve) => setTimeout(resolve, 50))
    const trying = gateway.submit(request, call())
    expect(gateway.isAvailable()).toBe(false)
    await expect(gateway.submit(request, call())).rejects.toBeInstanceOf(
      CircuitOpenError
    )
    await expect(trying).resolves.toEqual(ISSUED)
    expect(gateway.isAvailable()).toBe(true)
  })

  it('does not wait for an adapter that forgets its signal when the server stops', async () => {
    const end = new AbortController()
    const gateway = createSystemGateway(
      systemThat(() => new Promise<SystemAnswer>(() => undefined)),
      { failures: 5, openMs: 1_000 }
    )
    const before = Date.now()
    const submitted = gateway.submit(request, {
      ...call(20_000),
      signal: end.signal
    })
    end.abort()
    await expect(submitted).rejects.toMatchObject({ outcomeUnknown: true })
    expect(Date.now() - before).toBeLessThan(2_000)
  })

  it('passes questions on to a system that can answer them', async () => {
    const gateway = createSystemGateway(
      {
        ...systemThat(down),
        status: () => Promise.resolve({ outcome: 'unknown' }),
        verify: () => Promise.resolve({ outcome: 'match' })
      },
      { failures: 1, openMs: 1_000 }
    )
    await expect(
      gateway.status({ reference: 'r', operation: 'createIdentity' }, call())
    ).resolves.toEqual({ outcome: 'unknown' })
    await expect(
      gateway.verify({ reference: 'r', person: { attributes: {} } }, call())
    ).resolves.toEqual({ outcome: 'match' })
  })

  it('does not count a refusal of one request against the system', async () => {
    const gateway = createSystemGateway(
      systemThat(() =>
        Promise.reject(
          new SystemError('bad request', { code: 'ERR_BAD', system: 'test' })
        )
      ),
      { failures: 1, openMs: 1_000 }
    )
    for (let i = 0; i < 3; i += 1) {
      await expect(gateway.submit(request, call())).rejects.toThrow(
        'bad request'
      )
    }
    expect(gateway.isAvailable()).toBe(true)
  })

  it('says so when a system is asked for what it cannot do', async () => {
    const gateway = createSystemGateway(systemThat(down), {
      failures: 1,
      openMs: 1_000
    })
    await expect(
      gateway.status({ reference: 'r', operation: 'createIdentity' }, call())
    ).rejects.toMatchObject({ code: 'ERR_SYSTEM_CAPABILITY' })
    await expect(
      gateway.verify({ reference: 'r', person: { attributes: {} } }, call())
    ).rejects.toMatchObject({ code: 'ERR_SYSTEM_CAPABILITY' })
  })
})
