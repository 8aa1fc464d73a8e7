import { postgres, type PostgresOptions } from '../../../src/store/postgres'

/** Takes what a country without TypeScript may pass, too. */
function issues(options: object): string[] {
  return postgres(options)
    .issues('store')
    .map(({ option, problem }) => `${option} ${problem}`)
}

const URL_OF_OURS = 'postgres://national_id:s3cret@db.example.org:5433/opencrvs'

describe('the options of postgres()', () => {
  it.each([
    [{ url: URL_OF_OURS }],
    [{ url: () => URL_OF_OURS }],
    [{ url: 'postgresql://national_id@[::1]/opencrvs' }],
    [
      { host: '/var/run/postgresql', database: 'opencrvs', user: 'national_id' }
    ],
    [{ host: 'db', database: 'opencrvs', user: 'national_id' }],
    [
      {
        host: 'db',
        port: 5433,
        database: 'opencrvs',
        user: 'national_id',
        password: () => Promise.resolve('s3cret'),
        ssl: { ca: 'PEM' },
        schema: 'identity',
        poolSize: 2,
        listen: false,
        statementTimeoutMs: 5000
      }
    ]
  ])('takes %j', (options) => {
    expect(issues(options)).toEqual([])
  })

  it.each([
    [{}, 'store needs either url, or host, database and user'],
    [
      { url: URL_OF_OURS, host: 'db' },
      'store needs either url or host, not both'
    ],
    [{ host: 'db' }, 'store needs database and user beside host'],
    [
      { url: 'mysql://national_id:s3cret@db/opencrvs' },
      'store.url must be like postgres://user:password@host:5432/database.'
    ],
    [{ url: 'postgres://db/opencrvs' }, 'store.url names no user.'],
    [
      { url: 'postgres://national_id:50%@db/opencrvs' },
      'store.url has a % that stands for nothing: write the character itself as %25.'
    ],
    [{ url: 'postgres://national_id@db' }, 'store.url names no database.'],
    [
      { url: `${URL_OF_OURS}?sslmode=disable` },
      'store.url takes no parameters: say in `ssl` how the connection is secured, and in `host` where a socket is.'
    ],
    [
      { url: URL_OF_OURS, schema: 'public' },
      'store.schema must be a schema of our own'
    ],
    [
      { url: URL_OF_OURS, schema: 'x"; drop schema y' },
      'store.schema must be lower-case letters, digits and _, beginning with a letter'
    ],
    [
      { url: URL_OF_OURS, ssl: { cert: 'PEM' } },
      'store.ssl needs cert and key together'
    ],
    [
      { url: URL_OF_OURS, poolSize: 1 },
      'store.poolSize must be greater than or equal to 2'
    ],
    [
      { url: URL_OF_OURS, pool: 1 },
      'store.pool is not known; known are url, host, port, database, user, password, ssl, schema, poolSize, listen and statementTimeoutMs'
    ]
  ])('refuses %j', (options, problem) => {
    expect(issues(options)).toContain(problem)
  })

  it('never repeats a URL, which has a password in it', () => {
    const wrong = [
      { url: `${URL_OF_OURS}?sslmode=disable` },
      { url: 'mysql://national_id:s3cret@db/opencrvs' },
      { url: URL_OF_OURS, host: 'db' }
    ]
    for (const options of wrong) {
      const told = issues(options).join()
      for (const word of ['s3cret', 'example.org', 'national_id:'])
        expect(told).not.toContain(word)
    }
  })

  it('says that a connection in the clear is one, except on this very machine', () => {
    const weakenings = (options: PostgresOptions) =>
      postgres(options)
        .weakenings?.('store')
        .map(({ option }) => option)
    expect(weakenings({ url: URL_OF_OURS, ssl: false })).toEqual(['store.ssl'])
    expect(weakenings({ url: () => URL_OF_OURS, ssl: false })).toEqual([
      'store.ssl'
    ])
    expect(weakenings({ url: URL_OF_OURS })).toEqual([])
    const local = 'postgres://national_id@127.0.0.1/opencrvs'
    expect(weakenings({ url: local, ssl: false })).toEqual([])
  })
})
