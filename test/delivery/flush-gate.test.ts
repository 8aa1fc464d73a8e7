import { createFlushGate } from '../../src/delivery/flush-gate'

function gateAt(start: number) {
  const time = { now: start }
  return { time, gate: createFlushGate({ now: () => time.now }) }
}

describe('the flush gate', () => {
  it('holds a delivery until its answer has left', () => {
    const { gate, time } = gateAt(1_000)
    gate.hold('d1')
    expect(gate.flushedAt('d1')).toBe('held')
    time.now = 1_500
    gate.release('d1')
    expect(gate.flushedAt('d1')).toBe(1_500)
  })

  it('knows nothing of answers that were not its own to send', () => {
    const { gate } = gateAt(1_000)
    gate.release('never-held')
    expect(gate.flushedAt('never-held')).toBe('unknown')
  })

  it('keeps the first moment when the connection closes after the answer has left', () => {
    const { gate, time } = gateAt(1_000)
    gate.hold('d1')
    gate.release('d1')
    time.now = 9_000
    gate.release('d1')
    expect(gate.flushedAt('d1')).toBe(1_000)
  })

  it('forgets what left long ago, so that its memory does not grow', () => {
    const { gate, time } = gateAt(1_000)
    gate.hold('old')
    gate.release('old')
    time.now += 11 * 60 * 1000
    gate.hold('new')
    gate.release('new')
    expect(gate.flushedAt('old')).toBe('unknown')
    expect(gate.flushedAt('new')).toBe(time.now)
  })

  it('does not hold a record for ever when its handler failed and never answered', () => {
    const { gate, time } = gateAt(1_000)
    gate.hold('d1')
    time.now += 9 * 60 * 1000
    expect(gate.flushedAt('d1')).toBe('held')
    time.now += 60 * 1000
    expect(gate.flushedAt('d1')).toBe('unknown')
  })
})
