import * as Hapi from '@hapi/hapi'
import { inboundRequest } from '../../src/handlers/inbound-request'
import type { InboundRequest } from '../../src/systems/system'

async function received(path: string): Promise<InboundRequest | undefined> {
  let seen: InboundRequest | undefined
  const server = Hapi.server()
  server.route({
    method: 'GET',
    path: '/people/{id}',
    handler(request) {
      seen = inboundRequest(request)
      return ''
    }
  })
  await server.inject(path)
  return seen
}

describe('a call as an adapter reads it', () => {
  it('has what was given once in both forms', async () => {
    const seen = await received('/people/a%20b?name=Ada&empty=')
    expect(seen).toMatchObject({
      method: 'GET',
      params: { id: 'a b' },
      query: { name: 'Ada', empty: '' },
      queryAll: { name: ['Ada'], empty: [''] }
    })
  })

  it('has what was repeated as a list alone, in its order', async () => {
    const seen = await received('/people/1?name=b&other=x&name=a')
    expect(seen?.query).toEqual({ other: 'x' })
    expect(seen?.queryAll).toEqual({ name: ['b', 'a'], other: ['x'] })
  })
})
