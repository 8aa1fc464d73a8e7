import fc from '../fast-check'
import { OptionsError, StoreError } from '../../src/domain/errors'
import { createCipher, type Cipher } from '../../src/internal/encryption'

const SECRET = 'a-secret-that-is-made-for-tests-0001'
const OTHER = 'a-secret-that-is-made-for-tests-0002'

function codeOf(work: () => unknown): string {
  try {
    work()
  } catch (error) {
    return error instanceof StoreError ? error.code : 'not a StoreError'
  }
  return 'nothing was thrown'
}

function messageOf(work: () => unknown): string {
  try {
    work()
  } catch (error) {
    return String(error)
  }
  return ''
}

describe('sealing', () => {
  let cipher: Cipher
  beforeAll(async () => {
    cipher = await createCipher(SECRET)
  })

  it('opens what it sealed, whatever the text and the context', () => {
    fc.assert(
      fc.property(
        fc.string({ unit: 'grapheme', maxLength: 2000 }),
        fc.string({ unit: 'grapheme' }),
        (plain, context) => {
          const sealed = cipher.seal(plain, context)
          expect(cipher.open(sealed, context)).toBe(plain)
        }
      )
    )
  })

  it('gives another sealed value each time and never the text itself', () => {
    const one = cipher.seal('Amina Okafor', 'd/token')
    const other = cipher.seal('Amina Okafor', 'd/token')
    expect(one.equals(other)).toBe(false)
    expect(one.includes('Amina')).toBe(false)
  })

  it('refuses a value of which any one byte was changed', () => {
    const sealed = cipher.seal('some text', 'd/token')
    for (let index = 0; index < sealed.length; index += 1) {
      const changed = Buffer.from(sealed)
      changed[index] = (changed[index] ?? 0) ^ 1
      expect(codeOf(() => cipher.open(changed, 'd/token'))).toMatch(
        /^ERR_(SEAL_BROKEN|KEY_MISSING)$/
      )
    }
  })

  it('refuses a value that was cut, at whatever place', () => {
    const sealed = cipher.seal('some text', 'd/token')
    for (let length = 0; length < sealed.length; length += 1) {
      const cut = sealed.subarray(0, length)
      expect(codeOf(() => cipher.open(cut, 'd/token'))).toMatch(
        /^ERR_(SEAL_BROKEN|KEY_MISSING)$/
      )
    }
  })

  it('refuses a value that was moved to another column or delivery', () => {
    const sealed = cipher.seal('some text', 'd/token')
    expect(codeOf(() => cipher.open(sealed, 'd/answer'))).toBe(
      'ERR_SEAL_BROKEN'
    )
    expect(codeOf(() => cipher.open(sealed, 'e/token'))).toBe('ERR_SEAL_BROKEN')
  })
})

describe('keys', () => {
  it('recognises that another secret is another key, and names the one that is missing', async () => {
    const before = await createCipher(SECRET)
    const after = await createCipher(OTHER)
    const sealed = before.seal('some text', 'd/token')
    expect(after.currentKeyId).not.toBe(before.currentKeyId)
    expect(codeOf(() => after.open(sealed, 'd/token'))).toBe('ERR_KEY_MISSING')
    expect(messageOf(() => after.open(sealed, 'd/token'))).toContain(
      before.currentKeyId
    )
  })

  it('gives the same key for the same secret', async () => {
    const sealed = (await createCipher(SECRET)).seal('some text', 'd/token')
    const again = await createCipher(() => Promise.resolve(SECRET))
    expect(again.open(sealed, 'd/token')).toBe('some text')
  })

  it('seals with the current key of a ring and opens with every key in it', async () => {
    const former = await createCipher({
      current: '2025',
      keys: { '2025': SECRET }
    })
    const ring = await createCipher({
      current: '2026',
      keys: { '2025': SECRET, '2026': OTHER }
    })
    expect(ring.currentKeyId).toBe('2026')
    expect(ring.open(former.seal('old', 'd'), 'd')).toBe('old')
    const fresh = ring.seal('new', 'd')
    expect(codeOf(() => former.open(fresh, 'd'))).toBe('ERR_KEY_MISSING')
    expect(messageOf(() => former.open(fresh, 'd'))).toContain('2026')
  })

  it('opens what was sealed while a secret of the ring stood alone', async () => {
    const alone = await createCipher(SECRET)
    const ring = await createCipher({
      current: 'b',
      keys: { a: SECRET, b: OTHER }
    })
    expect(ring.open(alone.seal('old', 'd'), 'd')).toBe('old')
    const { keyId, mac } = alone.mac('entry')
    expect(ring.mac('entry', keyId).mac).toBe(mac)
  })

  it('finds that a key id has got another secret', async () => {
    const one = await createCipher({ current: 'a', keys: { a: SECRET } })
    const other = await createCipher({ current: 'a', keys: { a: OTHER } })
    const sealed = one.seal('some text', 'd')
    expect(codeOf(() => other.open(sealed, 'd'))).toBe('ERR_SEAL_BROKEN')
  })
})

describe('the audit MAC', () => {
  it('depends on the data, and on the key', async () => {
    const one = await createCipher(SECRET)
    const other = await createCipher(OTHER)
    expect(one.mac('entry')).toEqual(one.mac('entry', one.currentKeyId))
    expect(one.mac('entry').mac).not.toBe(one.mac('entrx').mac)
    expect(one.mac('entry').mac).not.toBe(other.mac('entry').mac)
  })

  it('names the key that is missing', async () => {
    const cipher = await createCipher(SECRET)
    expect(codeOf(() => cipher.mac('entry', 'gone'))).toBe('ERR_KEY_MISSING')
    expect(messageOf(() => cipher.mac('entry', 'gone'))).toContain('gone')
  })
})

describe('options', () => {
  it('refuses a secret shorter than 32 characters and does not repeat it', async () => {
    const refused: unknown = await createCipher('short-secret').catch(
      (error: unknown) => error
    )
    expect(refused).toBeInstanceOf(OptionsError)
    expect(String(refused)).toContain('secrets.encryption')
    expect(String(refused)).not.toContain('short-secret')
  })

  it('names every wrong key of a ring', async () => {
    const refused: unknown = await createCipher({
      current: 'a',
      keys: { a: 'short', b: () => 'short too', c: SECRET }
    }).catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(OptionsError)
    const options =
      refused instanceof OptionsError
        ? refused.issues.map((issue) => issue.option)
        : []
    expect(options).toEqual([
      'secrets.encryption.keys.a',
      'secrets.encryption.keys.b'
    ])
  })

  it('refuses a current key that is not in the ring', async () => {
    await expect(
      createCipher({ current: 'b', keys: { a: SECRET } })
    ).rejects.toThrow('secrets.encryption.current')
  })

  it('says which secret could not be read', async () => {
    const failing = () => Promise.reject(new Error('vault is sealed'))
    await expect(createCipher(failing)).rejects.toMatchObject({
      code: 'ERR_SECRET',
      retryable: true
    })
  })
})
