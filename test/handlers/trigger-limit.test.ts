import { EventEmitter } from 'node:events'
import type { Request } from '@hapi/hapi'
import { createTriggerLimit } from '../../src/handlers/trigger-limit'

/** As much of a request as is looked at. */
function requestWith({ closed = false } = {}) {
  const res = Object.assign(new EventEmitter(), { closed })
  // Nothing else of it is asked for.
  return { res, request: { raw: { res } } as unknown as Request }
}

describe('the bound on triggers under way', () => {
  it('refuses what is too many, in a way that may be tried again', () => {
    const limit = createTriggerLimit(2)
    limit.enter(requestWith().request)
    limit.enter(requestWith().request)
    expect(() => {
      limit.enter(requestWith().request)
    }).toThrow(
      expect.objectContaining({
        code: 'ERR_TOO_MANY_TRIGGERS',
        retryable: true
      })
    )
  })

  it.each(['finish', 'close'])(
    'takes one more after a %s, and only one, however often it ends',
    (end) => {
      const limit = createTriggerLimit(1)
      const first = requestWith()
      limit.enter(first.request)
      first.res.emit(end)
      first.res.emit('finish')
      first.res.emit('close')
      limit.enter(requestWith().request)
      expect(() => {
        limit.enter(requestWith().request)
      }).toThrow('1 triggers are under way')
    }
  )

  it('does not count a caller that has hung up already', () => {
    const limit = createTriggerLimit(1)
    limit.enter(requestWith({ closed: true }).request)
    expect(() => {
      limit.enter(requestWith().request)
    }).not.toThrow()
  })
})
