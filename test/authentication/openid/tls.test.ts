import { readFileSync } from 'node:fs'
import * as https from 'node:https'
import type { AddressInfo } from 'node:net'
import * as path from 'node:path'
import {
  openIdConnect,
  type ProviderTls
} from '../../../src/authentication/openid'
import { clock, failureOf, newClientKey, REDIRECT_URI } from './signing-in'

const CERTIFICATES = path.join(__dirname, '../../systems/http/certificates')

function pem(name: string): string {
  return readFileSync(path.join(CERTIFICATES, `${name}.pem`), 'utf8')
}

const clientKey = newClientKey().pem
let server: https.Server
let issuer = ''

beforeAll(async () => {
  server = https.createServer(
    {
      cert: pem('server-cert'),
      key: pem('server-key'),
      ca: pem('authority-cert'),
      requestCert: true,
      rejectUnauthorized: false
    },
    (request, response) => {
      // Only a client whose certificate the authority signed gets in.
      const isKnown = Reflect.get(request.socket, 'authorized') === true
      response.writeHead(isKnown ? 200 : 403)
      response.end(
        JSON.stringify({
          issuer,
          authorization_endpoint: `${issuer}/authorize`,
          token_endpoint: `${issuer}/token`,
          userinfo_endpoint: `${issuer}/userinfo`,
          jwks_uri: `${issuer}/jwks`
        })
      )
    }
  )
  await new Promise<void>((done) => server.listen(0, '127.0.0.1', done))
  issuer = `https://127.0.0.1:${(server.address() as AddressInfo).port}`
})

afterAll(async () => {
  server.closeAllConnections()
  await new Promise((done) => server.close(done))
})

function partyWith(tls: ProviderTls) {
  return openIdConnect({
    issuer,
    clientId: 'civil-registry',
    clientKey,
    tls
  }).create({ clock })
}

test('a provider behind mutual TLS is met with our certificate', async () => {
  const party = partyWith({
    ca: pem('authority-cert'),
    cert: () => pem('client-cert'),
    key: pem('client-key-encrypted'),
    passphrase: 'test-only'
  })
  const { url } = await party.begin({ redirectUri: REDIRECT_URI })
  expect(url).toContain(`${issuer}/authorize?`)
  party.stop?.()
})

test('a provider whose authority nobody trusts is not met', async () => {
  const party = partyWith({ ca: pem('stranger-cert') })
  const error = await failureOf(party.begin({ redirectUri: REDIRECT_URI }))
  expect(error).toMatchObject({
    code: 'ERR_PROVIDER_UNREACHABLE',
    problem: 'unavailable'
  })
  party.stop?.()
})

test('a wrong certificate is named, and read again with the next sign-in', async () => {
  let cert = 'not a certificate'
  const party = partyWith({
    ca: pem('authority-cert'),
    cert: () => cert,
    key: pem('client-key')
  })
  const error = await failureOf(party.begin({ redirectUri: REDIRECT_URI }))
  expect(error).toMatchObject({
    code: 'ERR_PROVIDER_TLS',
    problem: 'unavailable'
  })
  // Nothing is open yet, and it may be stopped all the same.
  party.stop?.()
  cert = pem('client-cert')
  await expect(
    party.begin({ redirectUri: REDIRECT_URI })
  ).resolves.toHaveProperty('url')
  party.stop?.()
})
