import {
  identityFields,
  qrCode,
  signIn,
  type FormVersion
} from '../../../src/form-fields'
import type { FormEngine } from '../../../src/sandbox/playground/form-engine'
import type { FormSessionOptions } from '../../../src/sandbox/playground/form-session'
import {
  answerAll,
  answered,
  CUT,
  HREF,
  load,
  ORIGIN,
  textField,
  value,
  type Field
} from './recommended-form'

const ROUTES = '/api/countryconfig/national-id'
const ANSWER = {
  verificationStatus: 'authenticated',
  evidence: 'evidence-of-a-sign-in',
  reference: 'r-1',
  attributes: {
    name: { firstname: 'Amina', surname: 'Otieno' },
    dateOfBirth: '1990-04-02'
  }
}
const CARD = JSON.stringify({
  credential: 'signed-card',
  name: { firstname: 'Amina', surname: 'Otieno' },
  dateOfBirth: '1990-04-02'
})

/** The package's fields for a mother, as a country puts them on a page. */
function motherFields(version: FormVersion): Field[] {
  const mother = identityFields('mother', {
    event: 'birth',
    version,
    methods: [
      signIn({
        startUrl: `${ORIGIN}${ROUTES}/authentication/start`,
        redeemUrl: `${ROUTES}/authentication/redeem`
      }),
      qrCode({
        read: { name: ['name'], dateOfBirth: ['dateOfBirth'] },
        ...(version === '2' ? { checkUrl: `${ROUTES}/identity-check` } : {})
      })
    ]
  })
  const fields = [
    ...mother.fields,
    mother.fill('name', { ...textField('mother.name'), type: 'NAME' }),
    mother.fill('dateOfBirth', { ...textField('mother.dob'), type: 'DATE' }),
    textField('mother.note')
  ]
  return JSON.parse(JSON.stringify(fields))
}

describe.each(['1.9', '2'] as const)(
  'the package’s own fields in OpenCRVS %s',
  (version) => {
    const form = (options: Partial<FormSessionOptions> = {}): FormEngine =>
      load(motherFields(version), { version, ...options })
    const returned = (result: string) =>
      form({
        href: `${HREF}?${result}`,
        draft: { 'mother.note': 'typed before leaving' }
      })

    it('lead to our start with the way back', () => {
      const box = form()
        .view()
        .page?.fields.find(({ type }) => type === 'ID_READER')
      const button = box?.methods?.find(({ type }) => type === 'LINK_BUTTON')
      const address = new URL(button?.href ?? '')
      expect(`${address.origin}${address.pathname}`).toBe(
        `${ORIGIN}${ROUTES}/authentication/start`
      )
      expect(Object.fromEntries(address.searchParams)).toEqual({
        person: 'mother',
        event: 'birth',
        redirect_uri: HREF
      })
    })

    it('redeem a ticket once, and fill in what comes', () => {
      const engine = returned('ticket-mother=t-1')
      const calls = answerAll(engine, answered(ANSWER))
      expect(calls.map(({ pathname }) => pathname)).toEqual([
        `${ROUTES}/authentication/redeem`
      ])
      expect(Object.fromEntries(calls[0]!.searchParams)).toEqual({
        ticket: 't-1',
        person: 'mother'
      })
      expect(engine.view().values).toMatchObject({
        'mother.verified': 'authenticated',
        'mother.name': ANSWER.attributes.name,
        'mother.dob': '1990-04-02',
        'mother.note': 'typed before leaving'
      })
      engine.review()
      expect(engine.view().canDeclare).toBe(true)
      expect(JSON.stringify(engine.declaration())).toContain(ANSWER.evidence)
      const reloaded = form({ draft: engine.draft() })
      expect(reloaded.pending()).toEqual([])
      expect(value(reloaded, 'mother.verified')).toBe('authenticated')
    })

    it('send nothing and empty nothing when the person cancelled', () => {
      const engine = returned('problem-mother=cancelled')
      expect(engine.pending()).toEqual([])
      expect(value(engine, 'mother.note')).toBe('typed before leaving')
      expect(engine.view().href).toBe(HREF)
      expect(engine.view().crash).toBeUndefined()
    })

    it('do not stand in the way of DECLARE when the call gets no answer', () => {
      const engine = returned('ticket-mother=t-1')
      expect(answerAll(engine, CUT)).toHaveLength(2)
      expect(value(engine, 'mother.verified')).toBe('failed')
      engine.review()
      expect(engine.view().problems).toEqual([])
    })

    it('are pending after a scan without a connection, with the proof kept', () => {
      const engine = form({ online: false })
      engine.scan('mother.id-reader', CARD)
      expect(value(engine, 'mother.verified')).toBe('pending')
      expect(value(engine, 'mother.dob')).toBe('1990-04-02')
      engine.review()
      expect(engine.view().canDeclare).toBe(true)
      expect(JSON.stringify(engine.declaration())).toContain('signed-card')
    })

    it('are as before once the status is revoked', () => {
      const engine = form({ online: false })
      engine.scan('mother.id-reader', CARD)
      engine.setOnline(true)
      engine.revoke('mother.verified')
      expect(engine.pending()).toEqual([])
      expect(value(engine, 'mother.verified') ?? undefined).toBeUndefined()
      expect(JSON.stringify(engine.declaration())).not.toContain('signed-card')
      expect(JSON.stringify(engine.declaration())).not.toContain('Otieno')
    })
  }
)

describe('the package’s own fields while online', () => {
  it('have a scanned credential checked by the server in 2.x', () => {
    const engine = load(motherFields('2'))
    engine.scan('mother.id-reader', CARD)
    const [call] = answerAll(
      engine,
      answered({ ...ANSWER, verificationStatus: 'verified' })
    )
    expect(call?.pathname).toBe(`${ROUTES}/identity-check`)
    expect(Object.fromEntries(call!.searchParams)).toEqual({
      credential: 'signed-card',
      person: 'mother'
    })
    expect(value(engine, 'mother.verified')).toBe('verified')
    expect(value(engine, 'mother.identity-evidence')).toBe(ANSWER.evidence)
  })
})
