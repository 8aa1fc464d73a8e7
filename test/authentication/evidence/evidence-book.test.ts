import { createHash, createHmac, generateKeyPairSync } from 'node:crypto'
import jwt from 'jsonwebtoken'
import { createCipher } from '../../../src/internal/encryption'
import {
  bookAt,
  contentOf,
  DAY,
  expectationOf,
  MARIA,
  MINUTE,
  NOW,
  OTHER_RECORD,
  OTHER_SECRET,
  SECRET,
  summary
} from './sample-evidence'

const TYPE = 'national-id-evidence+jwt'

function encoded(value: unknown): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

function decoded(segment: string | undefined): Record<string, unknown> {
  return JSON.parse(Buffer.from(segment ?? '', 'base64url').toString('utf8'))
}

function segments(evidence: string): [string, string, string] {
  const [header = '', payload = '', signature = ''] = evidence.split('.')
  return [header, payload, signature]
}

/** The evidence with its payload changed and the signature kept. */
function edited(evidence: string, changes: Record<string, unknown>): string {
  const [header, payload, signature] = segments(evidence)
  const changed = encoded({ ...decoded(payload), ...changes })
  return [header, changed, signature].join('.')
}

/** The evidence under another header, signed with `sign`. */
function resigned(
  evidence: string,
  header: object,
  sign: (input: string) => string
): string {
  const input = `${encoded(header)}.${segments(evidence)[1]}`
  return `${input}.${sign(input)}`
}

async function keyOf(purpose: string): Promise<{ keyId: string; key: Buffer }> {
  return (await createCipher(SECRET)).keyFor(purpose)
}

function hmac(key: Buffer | string): (input: string) => string {
  return (input) => createHmac('sha256', key).update(input).digest('base64url')
}

describe('evidence that stands where it was signed for', () => {
  it('is proven and gives back everything that was signed', async () => {
    const book = await bookAt()
    const verdict = book.check(book.sign(contentOf()), expectationOf())
    expect(verdict).toEqual({
      proven: true,
      id: contentOf().id,
      status: 'authenticated',
      method: 'signIn',
      at: NOW,
      user: contentOf().user,
      issuer: 'https://esignet.example',
      assurance: 'mosip:idp:acr:generated-code',
      subject: 'pairwise-subject-of-maria',
      attributes: [
        'name',
        'dateOfBirth',
        'sex',
        'identifier',
        'address',
        'phone'
      ]
    })
  })

  it('says nothing about a subject or an assurance that it was not given', async () => {
    const book = await bookAt()
    const { subject, assurance, ...content } = contentOf({ method: 'qrCode' })
    const verdict = book.check(book.sign(content), expectationOf())
    expect(verdict.proven).toBe(true)
    expect(verdict).not.toHaveProperty('subject')
    expect(verdict).not.toHaveProperty('assurance')
  })

  it('is the same text for the same content, on every replica', async () => {
    const [one, other] = [await bookAt(NOW), await bookAt(NOW + MINUTE)]
    const reordered = contentOf({
      data: {
        attributes: { address: { city: 'Évora' }, phone: '+351 911 000 111' },
        identifier: MARIA.identifier!,
        sex: MARIA.sex!,
        dateOfBirth: MARIA.dateOfBirth!,
        name: MARIA.name!
      }
    })
    expect(other.sign(reordered)).toBe(one.sign(contentOf()))
  })

  it('is a JWS of RFC 7515 that any library checks with the key', async () => {
    const { key } = await keyOf('evidence')
    const evidence = (await bookAt()).sign(contentOf())
    const checked = jwt.verify(evidence, key, { complete: true })
    expect(checked.header).toMatchObject({ alg: 'HS256', typ: TYPE })
    expect(checked.payload).toMatchObject({ person: 'mother' })
  })

  it('fits into a field: under 1000 characters for six attributes', async () => {
    expect((await bookAt()).sign(contentOf()).length).toBeLessThan(1000)
  })

  it('is recognised by its shape, good or not', async () => {
    const book = await bookAt()
    const evidence = book.sign(contentOf())
    expect(book.recognises(evidence)).toBe(true)
    expect(book.recognises(edited(evidence, { person: 'father' }))).toBe(true)
    const credential = jwt.sign({ sub: '1' }, 'secret')
    for (const text of [credential, '', 'a.b.c', '{"credential":"x"}', '..'])
      expect(book.recognises(text)).toBe(false)
  })
})

describe('evidence that was copied', () => {
  it('from another record is not proven', async () => {
    const book = await bookAt()
    const evidence = book.sign(contentOf({ eventId: OTHER_RECORD }))
    expect(summary(book.check(evidence, expectationOf()))).toBe('otherRecord')
  })

  it("from another person's part of the form is not proven", async () => {
    const book = await bookAt()
    const evidence = book.sign(contentOf({ person: 'father' }))
    expect(summary(book.check(evidence, expectationOf()))).toBe('otherPerson')
  })

  it('from another person of the same role is not proven', async () => {
    const book = await bookAt()
    const data = {
      name: { firstname: 'Ana', surname: 'Lopes' },
      dateOfBirth: '1985-01-30',
      attributes: {}
    }
    const evidence = book.sign(contentOf({ data }))
    expect(summary(book.check(evidence, expectationOf()))).toBe(
      'attributesDiffer name dateOfBirth'
    )
  })
})

describe('evidence that was forged', () => {
  it('is missing when there is none', async () => {
    const book = await bookAt()
    for (const none of [undefined, ''])
      expect(summary(book.check(none, expectationOf()))).toBe('missing')
  })

  it.each([
    ['record', { event: OTHER_RECORD }],
    ['person', { person: 'father' }],
    ['status', { status: 'authenticated' }],
    ['time', { iat: NOW / 1000 + 1 }],
    ['user', { user: 'somebody-else' }],
    ['assurance', { acr: 'stronger' }],
    ['digests', { digests: {} }],
    ['issuer', { iss: 'https://other.example' }]
  ])('is refused when its %s was edited', async (_, changes) => {
    const book = await bookAt()
    const content = contentOf({ status: 'verified' })
    const forged = edited(book.sign(content), changes)
    expect(summary(book.check(forged, expectationOf()))).toBe('signature')
  })

  it('is refused with the algorithm none, with and without a signature', async () => {
    const book = await bookAt()
    const { keyId } = await keyOf('evidence')
    const header = { alg: 'none', typ: TYPE, kid: keyId }
    const [, payload, signature] = segments(book.sign(contentOf()))
    const unsigned = `${encoded(header)}.${payload}.`
    expect(summary(book.check(unsigned, expectationOf()))).toBe('unreadable')
    const kept = `${unsigned}${signature}`
    expect(summary(book.check(kept, expectationOf()))).toBe('signature')
  })

  it.each(['RS256', 'HS384', 'HS512', 'hs256', 'ES256', 'none'])(
    'is refused when its header says %s, though the HMAC is right',
    async (alg) => {
      const book = await bookAt()
      const { keyId, key } = await keyOf('evidence')
      const header = { alg, typ: TYPE, kid: keyId }
      const forged = resigned(book.sign(contentOf()), header, hmac(key))
      expect(summary(book.check(forged, expectationOf()))).toBe('signature')
    }
  )

  it('is refused with an RSA signature of its own', async () => {
    const book = await bookAt()
    const { keyId } = await keyOf('evidence')
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const payload = decoded(segments(book.sign(contentOf()))[1])
    const forged = jwt.sign(payload, privateKey, {
      algorithm: 'RS256',
      keyid: keyId,
      header: { alg: 'RS256', typ: TYPE }
    })
    expect(summary(book.check(forged, expectationOf()))).toBe('signature')
  })

  it('is refused with a header of the same meaning in other bytes', async () => {
    const book = await bookAt()
    const { keyId, key } = await keyOf('evidence')
    const evidence = book.sign(contentOf())
    const extra = { alg: 'HS256', typ: TYPE, kid: keyId, crit: ['b64'] }
    const reordered = { typ: TYPE, alg: 'HS256', kid: keyId }
    for (const header of [extra, reordered]) {
      const forged = resigned(evidence, header, hmac(key))
      expect(summary(book.check(forged, expectationOf()))).toBe('signature')
    }
  })

  it('is refused when it was signed with a key for something else', async () => {
    const book = await bookAt()
    const { keyId } = await keyOf('evidence')
    const header = { alg: 'HS256', typ: TYPE, kid: keyId }
    const keys = ['', keyId, (await keyOf('evidence digests')).key]
    for (const key of keys) {
      const forged = resigned(book.sign(contentOf()), header, hmac(key))
      expect(summary(book.check(forged, expectationOf()))).toBe('signature')
    }
  })

  it.each([
    ['a credential', jwt.sign({ sub: '1' }, 'secret')],
    ['another type', `${encoded({ alg: 'HS256', typ: 'JWT' })}.e30.AAAA`],
    ['words', 'authenticated'],
    ['JSON', '{"verificationStatus":"authenticated"}'],
    ['an array for a header', `${encoded([1])}.e30.AAAA`],
    ['null for a header', `${encoded(null)}.e30.AAAA`],
    ['a header that is no JSON', 'AAAA.e30.AAAA'],
    ['a megabyte', 'a'.repeat(1_000_000)],
    ['a megabyte in three parts', `${'a'.repeat(1_000_000)}.b.c`]
  ])('is unreadable when it is %s', async (_, text) => {
    const book = await bookAt()
    expect(summary(book.check(text, expectationOf()))).toBe('unreadable')
    expect(book.recognises(text)).toBe(false)
  })

  it('is unreadable in a shape that this version does not write', async () => {
    const book = await bookAt()
    const { keyId, key } = await keyOf('evidence')
    const header = { alg: 'HS256', typ: TYPE, kid: keyId }
    const payload = decoded(segments(book.sign(contentOf()))[1])
    const others = [
      [],
      null,
      { ...payload, status: 'certain' },
      { ...payload, method: 'guess' },
      { ...payload, iat: 'now' },
      { ...payload, digests: [] },
      { ...payload, digests: { name: 1 } },
      { ...payload, person: undefined },
      { ...payload, acr: 1 }
    ]
    for (const other of others) {
      const input = `${encoded(header)}.${encoded(other)}`
      const text = `${input}.${hmac(key)(input)}`
      expect(summary(book.check(text, expectationOf()))).toBe('unreadable')
    }
  })

  it('is not so much as looked at when it is longer than any of ours', async () => {
    const book = await bookAt()
    const [header, payload, signature] = segments(book.sign(contentOf()))
    const long = [header, payload.repeat(30), signature].join('.')
    expect(summary(book.check(long, expectationOf()))).toBe('unreadable')
    expect(book.recognises(long)).toBe(false)
  })

  it('is not proven when its depth or its names attack the reader', async () => {
    const book = await bookAt()
    const nested = '['.repeat(5000) + ']'.repeat(5000)
    const polluting = '{"__proto__":{"status":"authenticated"}}'
    const header = encoded({ alg: 'HS256', typ: TYPE, kid: '__proto__' })
    for (const json of [nested, polluting]) {
      const payload = Buffer.from(json).toString('base64url')
      const text = `${header}.${payload}.AAAA`
      expect(book.check(text, expectationOf()).proven).toBe(false)
    }
    expect(({} as { status?: string }).status).toBeUndefined()
  })
})

describe('evidence and time', () => {
  it('expires at the age that the country sets, and not before', async () => {
    const evidence = (await bookAt()).sign(contentOf())
    const expected = expectationOf({ maxAgeMs: 30 * DAY })
    const young = await bookAt(NOW + 30 * DAY)
    const old = await bookAt(NOW + 30 * DAY + 1)
    expect(summary(young.check(evidence, expected))).toBe('proven')
    expect(summary(old.check(evidence, expected))).toBe('expired')
  })

  it('counts at any age when no age is set', async () => {
    const evidence = (await bookAt()).sign(contentOf())
    const late = await bookAt(NOW + 9000 * DAY)
    expect(summary(late.check(evidence, expectationOf()))).toBe('proven')
  })

  it('bears a replica whose clock is behind, and nothing from the future', async () => {
    const evidence = (await bookAt()).sign(contentOf())
    const behind = await bookAt(NOW - 5 * MINUTE)
    const wrong = await bookAt(NOW - 5 * MINUTE - 1)
    expect(summary(behind.check(evidence, expectationOf()))).toBe('proven')
    expect(summary(wrong.check(evidence, expectationOf()))).toBe('expired')
  })
})

describe('evidence and keys', () => {
  const before = { current: 'k1', keys: { k1: SECRET } }
  const both = { current: 'k2', keys: { k1: SECRET, k2: OTHER_SECRET } }
  const after = { current: 'k2', keys: { k2: OTHER_SECRET } }

  it('counts while its key is in the ring, and new evidence has the current one', async () => {
    const old = (await bookAt(NOW, before)).sign(contentOf())
    const book = await bookAt(NOW, both)
    expect(book.check(old, expectationOf())).toMatchObject({
      proven: true,
      subject: 'pairwise-subject-of-maria'
    })
    expect(decoded(segments(old)[0])).toMatchObject({ kid: 'k1' })
    const fresh = book.sign(contentOf())
    expect(decoded(segments(fresh)[0])).toMatchObject({ kid: 'k2' })
  })

  it('counts when its single secret moves into a ring', async () => {
    const old = (await bookAt(NOW, SECRET)).sign(contentOf())
    const book = await bookAt(NOW, both)
    expect(summary(book.check(old, expectationOf()))).toBe('proven')
  })

  it('says that its key was retired', async () => {
    const old = (await bookAt(NOW, before)).sign(contentOf())
    const book = await bookAt(NOW, after)
    expect(summary(book.check(old, expectationOf()))).toBe('keyRetired')
  })

  it('is refused when another secret has the same name', async () => {
    const old = (await bookAt(NOW, before)).sign(contentOf())
    const other = { current: 'k1', keys: { k1: OTHER_SECRET } }
    const book = await bookAt(NOW, other)
    expect(summary(book.check(old, expectationOf()))).toBe('signature')
  })
})

describe('what a reader of the record learns from evidence', () => {
  const personal = [
    'María',
    'José',
    'Connor',
    'Silva',
    '1990',
    '04-07',
    'female',
    '5550001112',
    '911',
    'vora',
    'pairwise-subject-of-maria'
  ]

  it('holds no personal value, as text or decoded', async () => {
    const evidence = (await bookAt()).sign(contentOf())
    const [header, payload] = segments(evidence).map((segment) =>
      Buffer.from(segment, 'base64url').toString('utf8')
    )
    const { subject, digests } = JSON.parse(payload!)
    const blobs = [subject, ...Object.values<string>(digests)].map((blob) =>
      Buffer.from(blob, 'base64url').toString('latin1')
    )
    const all = [evidence, header, payload, ...blobs].join('\n').toLowerCase()
    // The time of signing has digits of its own.
    const searched = all.replaceAll(String(NOW / 1000), '')
    for (const value of personal)
      expect(searched).not.toContain(value.toLowerCase())
  })

  it('has no digest that somebody without the key could make', async () => {
    const { id } = contentOf()
    const evidence = (await bookAt()).sign(contentOf())
    const { digests } = decoded(segments(evidence)[1])
    const guesses = ['1990-04-07', '"1990-04-07"'].flatMap((value) => [
      value,
      id + value,
      JSON.stringify([id, 'dateOfBirth', value])
    ])
    const hashes = guesses.map((guess) =>
      createHash('sha256')
        .update(guess)
        .digest()
        .subarray(0, 16)
        .toString('base64url')
    )
    expect(Object.values(digests as object)).toHaveLength(6)
    for (const hash of hashes)
      expect(Object.values(digests as object)).not.toContain(hash)
  })

  it('cannot be linked: the same person looks different in every record', async () => {
    const book = await bookAt()
    const [one, other] = ['first', 'second'].map((id) =>
      decoded(segments(book.sign(contentOf({ id })))[1])
    )
    const digestsOf = (payload: Record<string, unknown>) =>
      Object.values(payload.digests as Record<string, string>)
    for (const digest of digestsOf(one!))
      expect(digestsOf(other!)).not.toContain(digest)
    expect(one!.subject).not.toBe(other!.subject)
  })

  it('has different digests for equal values of different attributes', async () => {
    const attributes = { one: '5550001112', other: '5550001112' }
    const data = { ...MARIA, attributes }
    const evidence = (await bookAt()).sign(contentOf({ data }))
    const { digests } = decoded(segments(evidence)[1])
    const values = Object.values(digests as object)
    expect(new Set(values).size).toBe(values.length)
  })
})
