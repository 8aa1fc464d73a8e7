import { createHash, generateKeyPairSync, sign, constants } from 'node:crypto'
import { createRequire } from 'node:module'
import { proofCheck } from '../../../src/systems/mosip/credential-proof'
import type { MosipProof } from '../../../src/systems/mosip'
import { failureOf, fixture, type Loose } from './made'

const { decrypted } = fixture('websub-credential-encrypted.json')
const recorded = fixture('vc-proof-check.json')

const JCS: MosipProof = {
  keys: [recorded.issuerPublicKeyPem],
  canonicalization: 'JCS'
}

describe('a proof over JCS', () => {
  it('is the recorded one', async () => {
    await proofCheck(JCS)(decrypted)
  })

  it.each<[string, (credential: Loose) => object]>([
    ['a changed subject', (c) => ({ ...c, credentialSubject: { VID: '1' } })],
    ['a further member', (c) => ({ ...c, more: 1 })],
    ['no proof', ({ proof: _proof, ...c }) => c],
    [
      'another proof',
      (c) => ({ ...c, proof: { ...c.proof, jws: 'e30..e30' } })
    ],
    [
      'a header that says none',
      (c) => {
        const [, signature] = c.proof.jws.split('..')
        const header = Buffer.from(
          JSON.stringify({ alg: 'none', b64: false, crit: ['b64'] })
        ).toString('base64url')
        return { ...c, proof: { ...c.proof, jws: `${header}..${signature}` } }
      }
    ]
  ])('does not hold for %s', async (_what, change) => {
    expect(
      await failureOf(proofCheck(JCS)(change(decrypted) as Loose))
    ).toMatchObject({ code: 'ERR_CREDENTIAL_PROOF' })
  })

  it('counts by a pinned key alone, whatever key the credential names', async () => {
    const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString()
    const check = proofCheck({ ...JCS, keys: [pem] })
    expect(await failureOf(check(decrypted))).toMatchObject({
      code: 'ERR_CREDENTIAL_PROOF'
    })
    await proofCheck({ ...JCS, keys: [pem, ...JCS.keys] })(decrypted)
  })

  it('counts for the one issuer alone, where it is named', async () => {
    const issuer = 'https://mosip.example/.well-known/controller.json'
    await proofCheck({ ...JCS, issuer })(decrypted)
    const check = proofCheck({ ...JCS, issuer: 'https://other.example' })
    expect(await failureOf(check(decrypted))).toMatchObject({
      code: 'ERR_CREDENTIAL_PROOF'
    })
  })
})

/** Whether a package that only some countries install is there. */
function isInstalled(name: string): boolean {
  try {
    createRequire(__filename).resolve(name)
    return true
  } catch {
    return false
  }
}

const ifJsonLd = isInstalled('jsonld') ? describe : describe.skip

ifJsonLd('a proof over URDNA2015 (needs the package jsonld)', () => {
  const context = 'https://mosip.example/context.json'
  const contexts = {
    [context]: {
      '@context': {
        '@vocab': 'https://mosip.example/terms#',
        id: '@id',
        type: '@type'
      }
    }
  }
  const { privateKey, publicKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048
  })
  const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString()
  const proof: MosipProof = {
    keys: [pem],
    canonicalization: 'URDNA2015',
    contexts
  }
  const document = {
    '@context': [context],
    id: 'https://mosip.example/credentials/1',
    credentialSubject: { id: 'https://mosip.example/x', VID: '5550001112' }
  }
  const options = {
    type: 'RsaSignature2018',
    created: '2026-11-23T10:20:30.400Z'
  }

  /** N-Quads of the two, written by hand. */
  const term = (name: string) => `<https://mosip.example/terms#${name}>`
  const RDF_TYPE = '<http://www.w3.org/1999/02/22-rdf-syntax-ns#type>'
  const quads = [
    `_:c14n0 ${RDF_TYPE} ${term('RsaSignature2018')} .\n_:c14n0 ${term('created')} "2026-11-23T10:20:30.400Z" .\n`,
    `<https://mosip.example/credentials/1> ${term('credentialSubject')} <https://mosip.example/x> .\n<https://mosip.example/x> ${term('VID')} "5550001112" .\n`
  ]

  function proven(texts: string[]) {
    const header = Buffer.from(
      JSON.stringify({ alg: 'PS256', b64: false, crit: ['b64'] })
    ).toString('base64url')
    const digests = texts.map((text) =>
      createHash('sha256').update(text).digest()
    )
    const signature = sign(
      'sha256',
      Buffer.concat([Buffer.from(`${header}.`), ...digests]),
      {
        key: privateKey,
        padding: constants.RSA_PKCS1_PSS_PADDING,
        saltLength: 32
      }
    )
    const jws = `${header}..${signature.toString('base64url')}`
    return { ...document, proof: { ...options, jws } }
  }

  it('holds over the digests of the proof’s options and of the credential', async () => {
    await proofCheck(proof)(proven(quads))
  })

  it('does not hold in another order, or for changed content', async () => {
    const check = proofCheck(proof)
    for (const credential of [
      proven(quads.toReversed()),
      { ...proven(quads), credentialSubject: { VID: '1' } }
    ]) {
      expect(await failureOf(check(credential))).toMatchObject({
        code: 'ERR_CREDENTIAL_PROOF'
      })
    }
  })

  it('holds where the proof was read in a context of its own', async () => {
    const security = 'https://w3id.org/security/v2'
    const other = {
      '@context': { '@vocab': 'https://w3id.org/security#', type: '@type' }
    }
    const inOther = quads[0]!.replaceAll(
      'https://mosip.example/terms#',
      'https://w3id.org/security#'
    )
    const credential = proven([inOther, quads[1]!])
    const held = { ...contexts, [security]: other }
    await proofCheck({ ...proof, contexts: held })(credential)
    expect(await failureOf(proofCheck(proof)(credential))).toMatchObject({
      code: 'ERR_CREDENTIAL_PROOF'
    })
  })

  it('does not hold for a member that no context explains', async () => {
    const plain = { '@context': { id: '@id', type: '@type' } }
    const check = proofCheck({ ...proof, contexts: { [context]: plain } })
    expect(await failureOf(check(proven(quads)))).toMatchObject({
      code: 'ERR_CREDENTIAL_PROOF'
    })
  })

  it('reads no context that it was not given', async () => {
    const check = proofCheck({ ...proof, contexts: {} })
    expect(await failureOf(check(proven(quads)))).toMatchObject({
      code: 'ERR_CREDENTIAL_PROOF'
    })
  })
})
