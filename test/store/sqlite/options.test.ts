import { sqlite, type SqliteOptions } from '../../../src/store/sqlite'

function issues(options: object): string[] {
  // What a country without TypeScript may pass.
  const factory = sqlite(options as SqliteOptions)
  return factory
    .issues('store')
    .map(({ option, problem }) => `${option} ${problem}`)
}

describe('the options of sqlite()', () => {
  it('takes a path alone', () => {
    expect(issues({ path: '/data/national-id.db' })).toEqual([])
  })

  it('reports every mistake at once, each with its place', () => {
    expect(issues({ busyTimeoutMs: -1, pth: '/data/x.db' })).toEqual([
      'store.path is missing',
      'store.busyTimeoutMs must be greater than or equal to 0',
      'store.pth is not known; known are path and busyTimeoutMs'
    ])
    expect(issues({ path: '' })).toEqual([
      'store.path is not allowed to be empty'
    ])
  })

  it('says that a database in memory forgets', () => {
    const [weakening] = sqlite({ path: ':memory:' }).weakenings?.('store') ?? []
    expect(weakening).toMatchObject({ option: 'store.path' })
    expect(sqlite({ path: '/data/x.db' }).weakenings?.('store')).toEqual([])
  })
})
