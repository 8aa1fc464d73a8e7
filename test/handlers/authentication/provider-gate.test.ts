import { createProviderGate } from '../../../src/handlers/authentication/provider-gate'

function hanging(): { call: () => Promise<string>; end(): void } {
  let end = () => {}
  const work = new Promise<string>((resolve) => {
    end = () => {
      resolve('done')
    }
  })
  return { call: () => work, end: () => end() }
}

const BUSY = { code: 'ERR_SIGN_IN_BUSY', problem: 'unavailable' }

describe('calls to the provider', () => {
  it('are bounded in number, and go on once others have ended', async () => {
    const gate = createProviderGate({ most: 2, timeoutMs: 5_000 })
    const slow = hanging()
    const running = [gate.run(slow.call), gate.run(slow.call)]
    await expect(gate.run(slow.call)).rejects.toMatchObject(BUSY)
    slow.end()
    expect(await Promise.all(running)).toEqual(['done', 'done'])
    expect(await gate.run(slow.call)).toBe('done')
  })

  it('are given up after a while, and count until they really end', async () => {
    const gate = createProviderGate({ most: 1, timeoutMs: 20 })
    const slow = hanging()
    await expect(gate.run(slow.call)).rejects.toMatchObject({
      code: 'ERR_SIGN_IN_TIMEOUT',
      problem: 'unavailable'
    })
    await expect(gate.run(slow.call)).rejects.toMatchObject(BUSY)
    slow.end()
    await new Promise(setImmediate)
    expect(await gate.run(async () => 'next')).toBe('next')
  })

  it('that fail at once count no longer', async () => {
    const gate = createProviderGate({ most: 1, timeoutMs: 1_000 })
    for (let count = 0; count < 3; count += 1) {
      const failing = gate.run(() => {
        throw new Error('at once')
      })
      await expect(failing).rejects.toThrow('at once')
    }
  })
})
