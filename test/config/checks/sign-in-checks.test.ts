import type { SignInFactory } from 'opencrvs-national-id'
import { minimalOptions } from '../options-fixture'
import { problems } from '../problems'

const oidc: SignInFactory = {
  name: 'of a test',
  issues: () => [],
  weakenings: () => [],
  create: () => {
    throw new Error('nothing is made when options are checked')
  }
}

function problemsAt(publicUrl: string, clientUrl?: string): string[] {
  const options = minimalOptions()
  return problems({
    ...options,
    publicUrl,
    authentication: { oidc },
    opencrvs: {
      ...options.opencrvs,
      ...(clientUrl === undefined ? {} : { clientUrl })
    }
  })
}

describe('where sign-in takes place', () => {
  it.each([
    ['https://countryconfig.example.org', 'https://register.example.org'],
    ['https://countryconfig.a.example', 'https://a.example'],
    [
      'https://register.example.org/__national-id',
      'https://register.example.org'
    ],
    ['http://localhost:3040', 'http://localhost:3000'],
    ['http://127.0.0.1:3000/api/countryconfig', 'http://127.0.0.1:3000']
  ])('may be %s for a form at %s', (publicUrl, clientUrl) => {
    expect(problemsAt(publicUrl, clientUrl)).toEqual([])
  })

  it.each([
    [
      "a place that OpenCRVS's service worker answers itself",
      'https://register.example.org/api/countryconfig',
      'https://register.example.org',
      'service worker'
    ],
    [
      'a host that shares no parent domain with the form',
      'https://countryconfig.example.net',
      'https://register.example.org',
      'parent domain'
    ],
    [
      'a host that shares only the top-level domain',
      'https://countryconfig.org',
      'https://register.org',
      'parent domain'
    ],
    [
      'another machine by its address',
      'http://10.0.0.1',
      'http://10.0.0.2',
      'parent domain'
    ],
    [
      'plain http where the form has TLS',
      'http://countryconfig.example.org',
      'https://register.example.org',
      'sign-in cookie'
    ]
  ])('may not be %s', (_what, publicUrl, clientUrl, said) => {
    const [issue, ...others] = problemsAt(publicUrl, clientUrl)

    expect(issue).toContain('publicUrl')
    expect(issue).toContain(said)
    expect(others).toEqual([])
  })

  it('needs to know where the form is', () => {
    expect(problemsAt('https://countryconfig.example.org').join()).toContain(
      'opencrvs.clientUrl'
    )
  })
})
