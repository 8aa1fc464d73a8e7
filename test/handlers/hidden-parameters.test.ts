import * as Hapi from '@hapi/hapi'
import { hideParameters } from '../../src/handlers/hidden-parameters'
import { inboundRequest } from '../../src/handlers/inbound-request'

const PATHS = [
  '/id/v1/persons/{uin}',
  '/id/v1/persons/{uin}/match',
  '/id/notify/{secret}',
  '/id/plain'
]

let server: Hapi.Server
/** What a country's request log would hold. */
let seen: string[]

beforeEach(async () => {
  seen = []
  server = Hapi.server({ host: '127.0.0.1', port: 0 })
  server.ext('onRequest', (request, h) => {
    seen.push(`${request.raw.req.url} ${request.url.href}`)
    return h.continue
  })
  server.events.on('response', ({ params, path, raw, url }) => {
    seen.push(`${path} ${url.href} ${raw.req.url} ${JSON.stringify(params)}`)
  })
  hideParameters(server, PATHS)
  for (const path of [...PATHS, '/country/{uin}'])
    server.route({
      method: 'GET',
      path,
      handler: (request) => {
        const { params, query } = inboundRequest(request)
        return { path: request.route.path, params, query }
      }
    })
  await server.start()
})

afterEach(() => server.stop())

async function get(address: string): Promise<unknown> {
  const response = await fetch(`${server.info.uri}${address}`)
  return response.json()
}

describe('the parameters in the paths of a system', () => {
  it.each([
    ['/id/v1/persons/4837265910', PATHS[0], { uin: '4837265910' }],
    ['/id/v1/persons/4837265910/match', PATHS[1], { uin: '4837265910' }],
    ['/id/notify/s3cret4837265910', PATHS[2], { secret: 's3cret4837265910' }],
    ['/id/notify/4837265910%2Fa%20b', PATHS[2], { secret: '4837265910/a b' }]
  ])(
    'reach the handler of %s and nothing that writes down',
    async (address, path, params) => {
      expect(await get(`${address}?a=1`)).toEqual({
        path,
        params,
        query: { a: '1' }
      })
      expect(seen).toHaveLength(2)
      expect(seen.join()).not.toContain('4837265910')
      expect(seen.join()).toContain('a=1')
    }
  )

  it.each([
    '/ID/Notify/4837265910',
    '/id/notify/4837265910/',
    '/id/notify/4837265910/more',
    '/id/v1/persons/4837265910/other',
    '/id/notify/4837265910%E0%A4%A'
  ])(
    'are not written down where nothing is found either: %s',
    async (address) => {
      await get(address)
      expect(seen).toHaveLength(2)
      expect(seen.join()).not.toContain('4837265910')
    }
  )

  it('are hidden from what comes after where no listener sees the request', async () => {
    const { result } = await server.inject('/id/v1/persons/4837265910')
    expect(result).toMatchObject({ params: { uin: '4837265910' } })
    expect(seen.at(-1)).not.toContain('4837265910')
  })

  it('are what was sent where the sender sends the placeholder', async () => {
    expect(await get('/id/v1/persons/-')).toMatchObject({
      params: { uin: '-' }
    })
  })

  it('stay where the path is not of the system', async () => {
    expect(await get('/country/4837265910')).toMatchObject({
      params: { uin: '4837265910' }
    })
    expect(await get('/id/plain')).toMatchObject({ params: {} })
    expect(seen.join()).toContain('/country/4837265910')
  })
})
