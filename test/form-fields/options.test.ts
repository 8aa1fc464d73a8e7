import {
  identityFields,
  methodsFrom,
  qrCode,
  signIn,
  type FormMethod,
  type IdentityFieldsOptions
} from 'opencrvs-national-id/form-fields'
import { isEqualTo } from '../../src/form-fields/conditions'
import { allows, type AnyField } from './form-evaluator'
import { label, QR_CODE, SIGN_IN } from './mother-form'

const URLS = {
  startUrl: 'https://register.example.org/national-id/authentication/start',
  redeemUrl: '/national-id/authentication/redeem'
}

const REFUSED = expect.objectContaining({ code: 'ERR_FORM_FIELDS' })

function fieldsOf(options: Partial<IdentityFieldsOptions> = {}): AnyField[] {
  const { fields } = identityFields('mother', { event: 'birth', ...options })
  return fields
}

describe('the prefix of the person', () => {
  it.each(['mother', 'informant', 'child', 'next-of-kin', 'spouse2'])(
    'can be %s',
    (person) => {
      const { ids } = identityFields(person, { event: 'birth' })
      expect(ids.status).toBe(`${person}.verified`)
    }
  )

  it.each(['', 'step_mother', 'a b', 'mother.', 'a&b', '1st', '<b>'])(
    'cannot be "%s"',
    (person) => {
      expect(() => identityFields(person, { event: 'birth' })).toThrow(REFUSED)
    }
  )
})

describe('the button', () => {
  function linkOf(methods: FormMethod[], event = 'birth'): URL {
    const reader = fieldsOf({ methods, event }).find(
      ({ type }) => type === 'ID_READER'
    )
    const [button] = reader?.methods as AnyField[]
    return new URL(String(button?.configuration?.url))
  }

  it('begins the sign-in for this person and event, and leaves redirect_uri to OpenCRVS', () => {
    const { origin, pathname, searchParams } = linkOf([signIn(URLS)])
    expect(origin + pathname).toBe(URLS.startUrl)
    expect(Object.fromEntries(searchParams)).toEqual({
      person: 'mother',
      event: 'birth'
    })
  })

  it('keeps what the address has already, and escapes the event', () => {
    const startUrl = 'https://a.example/start?tenant=x'
    const link = linkOf([signIn({ ...URLS, startUrl })], 'a&person=father')
    expect(link.searchParams.get('tenant')).toBe('x')
    expect(link.searchParams.getAll('person')).toEqual(['mother'])
    expect(link.searchParams.get('event')).toBe('a&person=father')
  })
})

describe('addresses', () => {
  it.each([
    '/national-id/authentication/start',
    'register.example.org/start',
    'javascript:alert(1)',
    'ftp://a.example/start',
    'https://a.example/start#here',
    'https://a.example/start?redirect_uri=https%3A%2F%2Fb.example',
    ''
  ])('a sign-in cannot begin at "%s"', (startUrl) => {
    expect(() => signIn({ ...URLS, startUrl })).toThrow(REFUSED)
  })

  // Each of these would carry the registrar's session token to another host, or somewhere unknown.
  it.each([
    'https://evil.example/redeem',
    '//evil.example/redeem',
    '/\\evil.example/redeem',
    '\\\\evil.example',
    '/\t/evil.example/redeem',
    '/\n/evil.example',
    ' //evil.example',
    'evil.example/redeem',
    '/redeem?x=1',
    '/redeem#x',
    ''
  ])('the token goes along to our own origin only, not to %j', (url) => {
    expect(() => signIn({ ...URLS, redeemUrl: url })).toThrow(/redeemUrl/)
    expect(() => qrCode({ checkUrl: url })).toThrow(/checkUrl/)
  })

  it.each(['/redeem', '/api/country-config/national-id/redeem', '/a%20b/~c'])(
    'a path like %s stays on the origin that OpenCRVS is opened at',
    (url) => {
      expect(signIn({ ...URLS, redeemUrl: url }).redeemUrl).toBe(url)
      expect(new URL(url, 'https://client.example').host).toBe('client.example')
    }
  )
})

describe('waiting times', () => {
  it.each([0, -1, 999, 30_001, 1.5, Number.NaN])(
    'cannot be %s',
    (timeoutMs) => {
      expect(() => signIn({ ...URLS, timeoutMs })).toThrow(
        /timeoutMs of signIn/
      )
      expect(() => qrCode({ timeoutMs })).toThrow(/timeoutMs of qrCode/)
    }
  )

  it('are the ones that were asked for', () => {
    const methods = [
      signIn({ ...URLS, timeoutMs: 2000 }),
      qrCode({ checkUrl: '/check', timeoutMs: 3000 })
    ]
    const https = fieldsOf({ methods }).filter(({ type }) => type === 'HTTP')
    expect(https.map((field) => field.configuration?.timeout)).toEqual([
      2000, 3000
    ])
  })
})

describe('methods', () => {
  it('may be given once each', () => {
    for (const method of [SIGN_IN, QR_CODE]) {
      expect(() => fieldsOf({ methods: [method, method] })).toThrow('twice')
    }
  })

  it('none at all leaves the status and its evidence', () => {
    expect(fieldsOf().map(({ id }) => id)).toEqual([
      'mother.verified',
      'mother.identity-evidence'
    ])
  })

  it('of a sign-in alone have nothing of a QR code, and the other way round', () => {
    const types = (methods: FormMethod[]) =>
      fieldsOf({ methods }).map(({ id }) => id)
    expect(types([SIGN_IN]).filter((id) => /qr/.test(id))).toEqual([])
    expect(types([QR_CODE]).filter((id) => /fetch/.test(id))).toEqual([])
  })

  it('come from the settings of a server, with a country’s own wishes', () => {
    const methods = methodsFrom(
      {
        version: '2',
        signIn: URLS,
        qrCode: { checkUrl: '/check', credentialPath: ['vc', 'jwt'] }
      },
      { signIn: { icon: 'User' }, qrCode: { read: { sex: ['sex'] } } }
    )
    expect(methods).toEqual([
      { method: 'signIn', ...URLS, icon: 'User', timeoutMs: 5000 },
      {
        method: 'qrCode',
        checkUrl: '/check',
        credentialPath: ['vc', 'jwt'],
        read: { sex: ['sex'] },
        timeoutMs: 5000
      }
    ])
    expect(methodsFrom({ version: '2' })).toEqual([])
  })

  it.each([[[]], [['']], [['a.b']], [['link']], [['vc', 'constructor']]])(
    'of a QR code cannot have their credential at %j',
    (credentialPath) => {
      expect(() => qrCode({ credentialPath })).toThrow(REFUSED)
    }
  )

  it('of a QR code cannot read an attribute from nowhere', () => {
    expect(() => qrCode({ read: { sex: [] } })).toThrow('read.sex of qrCode()')
    expect(() => qrCode({ read: { 'a.b': ['x'] } })).toThrow(REFUSED)
  })
})

test('the version must be one that there are forms for', () => {
  const version = '3' as '2'
  expect(() => fieldsOf({ version })).toThrow('version "3"')
})

test('the event must be named', () => {
  expect(() => fieldsOf({ event: ' ' })).toThrow('event of identityFields()')
})

describe('show', () => {
  const known = isEqualTo('a', 'x')
  const needed = isEqualTo('b', 'y')

  function shown(
    show: IdentityFieldsOptions['show'],
    values: object
  ): boolean[] {
    const wishes = show === undefined ? {} : { show }
    return fieldsOf({ methods: [SIGN_IN, QR_CODE], ...wishes })
      .filter(({ type }) => type === 'ID_READER')
      .map((field) => allows(field, 'SHOW', { ...values }, true))
  }

  it('is a conditional, or several of which one must hold', () => {
    const entries = [
      { type: 'SHOW', conditional: known },
      { type: 'SHOW', conditional: needed }
    ] as const
    for (const show of [[known, needed], entries, [entries[0], needed]]) {
      expect(shown(show, {})).toEqual([false])
      expect(shown(show, { a: 'x' })).toEqual([true])
      expect(shown(show, { b: 'y' })).toEqual([true])
    }
    expect(shown(known, { b: 'y' })).toEqual([false])
    expect(shown(known, { a: 'x' })).toEqual([true])
  })

  it('comes on top of our own conditions', () => {
    const status = { 'mother.verified': 'failed' }
    expect(shown(known, { a: 'x', ...status })).toEqual([false])
  })

  it('applies to every field', () => {
    const fields = fieldsOf({ methods: [SIGN_IN, QR_CODE], show: known })
    const open = fields.filter((field) => allows(field, 'SHOW', {}, true))
    expect(open).toEqual([])
  })

  it('of nothing is always', () => {
    expect(shown([], {})).toEqual([true])
    expect(shown(undefined, {})).toEqual([true])
  })

  it('takes conditionals of the toolkit, ids and all', () => {
    const theirs = { ...known, $id: 'https://opencrvs.org/conditionals/1' }
    expect(shown([theirs, { ...theirs }], { a: 'x' })).toEqual([true])
  })

  it('takes no entry that says something else', () => {
    const entry = { type: 'ENABLE', conditional: known } as const
    expect(() => shown([entry], {})).toThrow('entry of type ENABLE')
  })
})

describe('ids', () => {
  it('are used wherever the field is referred to', () => {
    const fields = fieldsOf({
      methods: [SIGN_IN, QR_CODE],
      ids: { status: 'id-status', reader: 'reader' }
    })
    const text = JSON.stringify(fields)
    expect(text).toContain('mother.id-status')
    expect(text).not.toContain('mother.verified')
    expect(text).not.toContain('mother.id-reader')
  })

  it.each([
    [{ status: 'id_status' }, /underscore/],
    [{ status: '' }, /ids\.status/],
    [{ status: 'a b' }, /ids\.status/],
    [{ status: 'id-reader' }, /ids\.status and ids\.reader are both/],
    [{ banana: 'x' }, /there is no such field/]
  ])('cannot be %j', (ids, message) => {
    expect(() => fieldsOf({ ids: ids as object })).toThrow(message)
  })
})

describe('texts', () => {
  it('of a country stand in the place of ours', () => {
    const own = { ...label, id: 'country.signIn' }
    const fields = fieldsOf({
      methods: [SIGN_IN],
      texts: { 'signIn.text': own }
    })
    expect(JSON.stringify(fields)).toContain('"text":{"id":"country.signIn"')
  })

  it('that we do not have are refused', () => {
    const texts = { title: label } as object
    expect(() => fieldsOf({ texts })).toThrow('"title"')
  })
})

test('forms that are built twice share nothing that a country might change', () => {
  const [first, second] = [
    fieldsOf({ methods: [SIGN_IN] }),
    fieldsOf({ methods: [SIGN_IN] })
  ]
  const http = first.find(({ type }) => type === 'HTTP')
  Object.assign(http?.configuration?.errorValue as object, { problem: 'x' })
  expect(JSON.stringify(second)).not.toContain('"problem":"x"')
})
