import fc from '../../fast-check'
import type { PendingSignIn } from '../../../src/authentication/sign-in/pending-sign-in'
import { createSignInSealer } from '../../../src/handlers/authentication/sealed-sign-in'
import { createCipher } from '../../../src/internal/encryption'

const FORMER = 'former-secret-made-for-tests-0000001'
const LATEST = 'latest-secret-made-for-tests-0000002'

const PENDING: PendingSignIn = {
  transaction: {
    state: 's'.repeat(43),
    nonce: 'n'.repeat(43),
    codeVerifier: 'v'.repeat(43),
    dpopKey: { kty: 'EC', crv: 'P-256', d: 'd'.repeat(43) }
  },
  person: 'mother',
  event: 'birth',
  eventId: '12582b28-4051-4f7a-9ea8-6ecb9091dadb',
  returnTo: 'https://register.example.org/events/declare/x/pages/mother',
  session: 'digest',
  expiresAt: 1_750_000_000_000
}

async function sealerOf(
  encryption: Parameters<typeof createCipher>[0] = LATEST
) {
  return createSignInSealer(await createCipher(encryption))
}

describe('a sealed sign-in', () => {
  it('comes back as it was, on any server that has the key', async () => {
    const sealed = await (await sealerOf()).seal(PENDING)
    expect(await (await sealerOf()).unseal(sealed)).toEqual(PENDING)
  })

  it('shows nothing of what is in it, and fits into a cookie', async () => {
    const sealer = await sealerOf()
    const sealed = await sealer.seal({
      ...PENDING,
      returnTo: `https://register.example.org/${'p'.repeat(970)}`
    })
    expect(sealed.length).toBeLessThan(3_500)
    const decoded = sealed
      .split('*')
      .map((part) => Buffer.from(part, 'base64url').toString('latin1'))
      .join()
    for (const text of ['mother', 'register', 'nnnn', 'vvvv', 'dddd'])
      expect(decoded + sealed).not.toContain(text)
  })

  it('opens with a former key while that is in the ring, and no longer', async () => {
    const former = { 'key-1.a': FORMER }
    const before = await sealerOf({ current: 'key-1.a', keys: former })
    const sealed = await before.seal(PENDING)
    const during = await sealerOf({
      current: 'key-2',
      keys: { ...former, 'key-2': LATEST }
    })
    expect(await during.unseal(sealed)).toEqual(PENDING)
    expect((await during.seal(PENDING)).split('*')[1]).not.toBe(
      sealed.split('*')[1]
    )
    const after = await sealerOf({
      current: 'key-2',
      keys: { 'key-2': LATEST }
    })
    expect(await after.unseal(sealed)).toBeUndefined()
    const renamed = await sealerOf({
      current: 'key-1.a',
      keys: { 'key-1.a': LATEST }
    })
    expect(await renamed.unseal(sealed)).toBeUndefined()
  })

  it('does not open when anything of it was changed, and never throws', async () => {
    const sealer = await sealerOf()
    const sealed = await sealer.seal(PENDING)
    await fc.assert(
      fc.asyncProperty(
        fc.nat(sealed.length - 1),
        fc.constantFrom('A', '*', '.', '0', 'é'),
        async (at, letter) => {
          fc.pre(sealed[at] !== letter)
          const changed = `${sealed.slice(0, at)}${letter}${sealed.slice(at + 1)}`
          // The last letter of a part has bits that decoding drops; the code is compared as text.
          expect(await sealer.unseal(changed)).toBeUndefined()
        }
      )
    )
    await fc.assert(
      fc.asyncProperty(fc.string({ maxLength: 300 }), async (text) => {
        expect(await sealer.unseal(text)).toBeUndefined()
      })
    )
  })

  it('of another version, with other members, is none', async () => {
    const sealer = await sealerOf()
    const { person: _person, ...less } = PENDING
    // What an older version may have sealed.
    const sealed = await sealer.seal(less as PendingSignIn)
    expect(await sealer.unseal(sealed)).toBeUndefined()
  })
})
