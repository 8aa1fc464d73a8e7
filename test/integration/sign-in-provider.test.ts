import { createCredentialIssuer, qrCodeOf } from 'opencrvs-national-id/sandbox'
import type { OpenIdProviderProcess } from 'opencrvs-national-id/sandbox'
import { esignet } from '../../src/authentication/openid'
import { qrCredentials } from '../../src/authentication/qr'
import { createBrowser } from '../sandbox/openid-provider/browser'
import { startProvider } from '../sandbox/openid-provider/provider-process'
import { offeredClaims } from '../sandbox/openid-provider/test-client'
import {
  CALLBACK,
  CHECK,
  formPage,
  startUrl,
  ticketIn,
  useSignIn
} from './sign-in-environment'

const world = useSignIn()
const cards = createCredentialIssuer()
let provider: OpenIdProviderProcess

beforeAll(async () => {
  provider = await startProvider({ clients: [{ redirectUris: [CALLBACK] }] })
})
afterAll(() => provider.stop())

function begin(): Promise<void> {
  const [client] = provider.clients
  return world.begin({
    authentication: {
      oidc: esignet({
        issuer: provider.url,
        clientId: client?.clientId ?? '',
        clientKey: client?.clientKey ?? '',
        claims: {
          userinfo: {
            name: { essential: true },
            birthdate: { essential: true },
            gender: { essential: true }
          }
        },
        timeoutMs: 3_000
      }),
      qr: qrCredentials({ trustedIssuers: [cards.trusted] })
    }
  })
}

/** At the provider: signs in and allows what is asked for, or cancels. Gives where the browser is sent. */
async function atProvider(url: string, end: 'allow' | 'cancel') {
  const browser = createBrowser(provider.url)
  const page = await browser.open(url)
  if (end === 'cancel')
    return (await browser.post(page, { step: 'cancel' })).url
  const [person] = provider.people
  await browser.post(page, {
    step: 'one-time-code',
    individual_id: person?.individualId ?? ''
  })
  const consent = await browser.post(page, { step: 'verify', code: '111111' })
  const claim = offeredClaims(consent.text)
  return (await browser.post(page, { step: 'allow', claim })).url
}

describe('a sign-in with a certified provider', () => {
  it('ends in the form with evidence of what the provider has signed', async () => {
    await begin()
    const page = formPage()
    const start = await world.registrar.get(startUrl(page.url))
    const back = await atProvider(start.location, 'allow')
    const end = await world.registrar.get(back, true)
    const { answer } = await world.redeem(ticketIn(end, page.url))
    const [person] = provider.people
    expect(answer).toMatchObject({
      verificationStatus: 'authenticated',
      attributes: { dateOfBirth: person?.dateOfBirth, sex: 'female' }
    })
    const verdict = world.evidence.check(answer.evidence, {
      person: 'mother',
      eventId: page.eventId,
      data: {
        name: { firstname: person!.givenName, surname: person!.familyName! },
        dateOfBirth: person!.dateOfBirth,
        attributes: {}
      }
    })
    expect(verdict).toMatchObject({ proven: true, issuer: provider.url })
    // The provider's answer again, with the cookie it was meant for gone.
    expect((await world.registrar.get(back, true)).status).toBe(400)
  })

  it('that the person cancels comes back without a ticket', async () => {
    await begin()
    const page = formPage()
    const start = await world.registrar.get(startUrl(page.url))
    const back = await atProvider(start.location, 'cancel')
    const end = await world.registrar.get(back, true)
    expect(end.location).toBe(`${page.url}?problem-mother=cancelled`)
  })

  it('whose answer is forged fails', async () => {
    await begin()
    await provider.forge('idToken.nonce')
    const page = formPage()
    const start = await world.registrar.get(startUrl(page.url))
    const back = await atProvider(start.location, 'allow')
    const end = await world.registrar.get(back, true)
    await provider.forge()
    await world.expectFailed(ticketIn(end, page.url), 'unexpected')
  })

  it('that is down leads back to the form, and works once it is there again', async () => {
    await provider.disappear()
    await begin()
    const page = formPage()
    const down = await world.registrar.get(startUrl(page.url))
    await world.expectFailed(ticketIn(down, page.url), 'unavailable')
    await provider.comeBack()
    const start = await world.registrar.get(startUrl(page.url))
    const back = await atProvider(start.location, 'allow')
    const end = await world.registrar.get(back, true)
    const { answer } = await world.redeem(ticketIn(end, page.url))
    expect(answer.verificationStatus).toBe('authenticated')
  })
})

describe("a card's QR code", () => {
  it.each([
    [undefined, 'verified', undefined],
    ['forged', 'pending', 'untrusted'],
    ['foreign', 'pending', 'untrusted'],
    ['expired', 'pending', 'untrusted']
  ] as const)('with the flaw %s is %s', async (flaw, status, problem) => {
    await begin()
    const page = formPage()
    const code = await qrCodeOf(provider.people[0]!, {
      signer: cards,
      ...(flaw === undefined ? {} : { flaw })
    })
    const { credential } = JSON.parse(code.content) as { credential: string }
    const query = new URLSearchParams({ credential, person: 'mother' })
    const { answer } = await world.registrar.post(
      `${CHECK}?${query.toString()}`,
      { token: world.token, referer: page.url }
    )
    expect(answer.verificationStatus).toBe(status)
    expect(answer.problem).toBe(problem)
  })
})
