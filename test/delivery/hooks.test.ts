import { createHookRunner } from '../../src/delivery/hooks'

const notice = {
  event: { id: 'e1', type: 'birth', trackingId: 'T1' },
  action: { id: 'a1', type: 'REGISTER' },
  reason: 'Amina is already known'
}

function recordingLogger() {
  const lines: string[] = []
  const write = (fields: object, message: string) => {
    lines.push(JSON.stringify({ ...fields, message }))
  }
  return {
    lines,
    logger: { debug: write, info: write, warn: write, error: write }
  }
}

describe('hooks', () => {
  it('are told what happened', async () => {
    const told: unknown[] = []
    const { logger } = recordingLogger()
    const hooks = createHookRunner(
      { onRejected: (what) => void told.push(what) },
      logger
    )
    await hooks.run('onRejected', notice)
    await hooks.run('onAccepted', notice)
    expect(told).toEqual([notice])
  })

  it('cannot hold up or break a delivery by failing, and their text is not logged', async () => {
    const { lines, logger } = recordingLogger()
    const hooks = createHookRunner(
      {
        onRejected: () => {
          throw new Error('could not mail Amina')
        }
      },
      logger
    )
    await expect(hooks.run('onRejected', notice)).resolves.toBeUndefined()
    expect(lines).toHaveLength(1)
    expect(lines[0]).toContain('onRejected')
    expect(lines[0]).not.toContain('Amina')
  })

  it('may throw anything', async () => {
    const { lines, logger } = recordingLogger()
    const hooks = createHookRunner(
      {
        // What a country's library throws is not always an Error.
        onRejected: () => Promise.reject('Amina')
      },
      logger
    )
    await hooks.run('onRejected', notice)
    expect(lines[0]).toContain('"error":"string"')
    expect(lines[0]).not.toContain('Amina')
  })

  it('are not waited for beyond ten seconds', async () => {
    jest.useFakeTimers()
    try {
      const { lines, logger } = recordingLogger()
      const hooks = createHookRunner(
        { onStalled: () => new Promise(() => undefined) },
        logger
      )
      const run = hooks.run('onStalled', notice)
      await jest.advanceTimersByTimeAsync(10_000)
      await run
      expect(lines[0]).toContain('did not end in time')
    } finally {
      jest.useRealTimers()
    }
  })
})
