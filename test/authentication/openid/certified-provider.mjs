// A certified OpenID Connect provider (oidc-provider), in a process of its own: it comes as ES modules alone.
// Takes { client } as JSON in its first argument, and writes { issuer } when it listens.
import { Buffer } from 'node:buffer'
import { createServer } from 'node:http'
import { exportJWK, generateKeyPair } from 'jose'
import Provider from 'oidc-provider'

const { client } = JSON.parse(process.argv[2])

const PERSON = {
  name: 'Amina Rose Samplefamily',
  given_name: 'Amina',
  middle_name: 'Rose',
  family_name: 'Samplefamily',
  birthdate: '1994-05-17',
  gender: 'female'
}

async function signingKey(alg) {
  const { privateKey } = await generateKeyPair(alg, { extractable: true })
  return { ...(await exportJWK(privateKey)), alg, use: 'sig', kid: alg }
}

const server = createServer()
await new Promise((done) => server.listen(0, '127.0.0.1', done))
const issuer = `http://127.0.0.1:${server.address().port}`

const provider = new Provider(issuer, {
  clients: [client],
  jwks: { keys: [await signingKey('PS256'), await signingKey('ES256')] },
  acrValues: ['urn:example:strong'],
  subjectTypes: ['pairwise'],
  pairwiseIdentifier: (_ctx, accountId, { clientId }) =>
    `${accountId}-at-${clientId}`,
  claims: {
    openid: ['sub'],
    profile: Object.keys(PERSON),
    acr: null,
    auth_time: null
  },
  enabledJWA: {
    clientAuthSigningAlgValues: ['PS256', 'RS256', 'ES256'],
    idTokenSigningAlgValues: ['PS256', 'ES256'],
    userinfoSigningAlgValues: ['PS256', 'ES256'],
    userinfoEncryptionAlgValues: ['RSA-OAEP-256'],
    userinfoEncryptionEncValues: ['A256GCM'],
    dPoPSigningAlgValues: ['ES256', 'PS256']
  },
  features: {
    devInteractions: { enabled: false },
    claimsParameter: { enabled: true },
    jwtUserinfo: { enabled: true },
    encryption: { enabled: true },
    dPoP: {
      enabled: true,
      nonceSecret: Buffer.alloc(32, 7),
      requireNonce: () => true
    },
    pushedAuthorizationRequests: {
      enabled: true,
      requirePushedAuthorizationRequests: true
    }
  },
  cookies: { keys: ['only for a test'] },
  interactions: { url: (_ctx, { uid }) => `/interaction/${uid}` },
  findAccount: (_ctx, accountId) => ({
    accountId,
    claims: () => ({ sub: accountId, ...PERSON })
  })
})

/** The person proves themselves and agrees at once. */
async function interact(request, response) {
  const { params, prompt, session } = await provider.interactionDetails(
    request,
    response
  )
  if (prompt.name === 'login') {
    const login = { accountId: 'amina', acr: 'urn:example:strong' }
    return provider.interactionFinished(request, response, { login })
  }
  const grant = new provider.Grant({
    accountId: session.accountId,
    clientId: params.client_id
  })
  grant.addOIDCScope(params.scope)
  grant.addOIDCClaims([...Object.keys(PERSON), 'acr'])
  const consent = { grantId: await grant.save() }
  return provider.interactionFinished(request, response, { consent })
}

const handle = provider.callback()
server.on('request', (request, response) => {
  if (!request.url.startsWith('/interaction/')) {
    handle(request, response)
    return
  }
  interact(request, response).catch((error) => {
    response.writeHead(500).end(String(error))
  })
})

process.stdout.write(`${JSON.stringify({ issuer })}\n`)
