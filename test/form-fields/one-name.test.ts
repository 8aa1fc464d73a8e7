import {
  identityFields,
  type FillOptions,
  type FormVersion
} from '../../src/form-fields'
import { condition } from '../../src/form-fields/conditions'
import {
  answerAll,
  answered,
  HREF,
  load,
  textField,
  value,
  type Field
} from '../sandbox/playground/recommended-form'
import { label, QR_CODE, SIGN_IN } from './mother-form'

const ONE_NAME = {
  verificationStatus: 'authenticated',
  evidence: 'evidence-of-a-sign-in',
  reference: 'r-1',
  // As the server answers for somebody of one name.
  attributes: { name: { firstname: 'Suparna', surname: '' } }
}

const CARD = { credential: 'signed-card', name: { firstname: 'Suparna' } }

const MESSAGE = {
  id: 'country.surname',
  defaultMessage: 'Surname!',
  description: ''
}

/** A mother's page with a name of which both parts are required. */
function pageOf(
  version: FormVersion,
  options: FillOptions,
  name: object = { firstname: { required: true }, surname: { required: true } }
): Field[] {
  const mother = identityFields('mother', {
    event: 'birth',
    version,
    methods: [SIGN_IN, QR_CODE]
  })
  const field = {
    ...textField('mother.name'),
    type: 'NAME' as const,
    required: true,
    configuration: { name }
  }
  return JSON.parse(
    JSON.stringify([...mother.fields, mother.fill('name', field, options)])
  )
}

function signedIn(version: FormVersion, options: FillOptions) {
  const href = `${HREF}?ticket-mother=t-1`
  const engine = load(pageOf(version, options), { version, href })
  answerAll(engine, answered(ONE_NAME))
  expect(value(engine, 'mother.verified')).toBe('authenticated')
  engine.review()
  return engine
}

function problemsWith(
  name: object,
  options: FillOptions,
  version: FormVersion = '2'
): string[] {
  const engine = load(pageOf(version, options), { version })
  engine.change('mother.name', name)
  engine.review()
  return engine.view().problems.map(({ message }) => message)
}

describe.each(['1.9', '2'] as const)(
  'somebody of one name, in OpenCRVS %s,',
  (version) => {
    it('cannot be declared where the surname is required of everybody', () => {
      expect(signedIn(version, {}).view().canDeclare).toBe(false)
    })

    it('can be declared once proven, where the surname may be lacking', () => {
      const engine = signedIn(version, { mayLack: ['surname'] })
      expect(engine.view().problems).toEqual([])
      expect(engine.view().canDeclare).toBe(true)
    })

    it('still needs a surname that is typed', () => {
      const options: FillOptions = { mayLack: ['surname'] }
      const typed = { firstname: 'Suparna', surname: '' }
      expect(problemsWith(typed, options, version)).toEqual(['Required'])
      const whole = { ...typed, surname: 'Das' }
      expect(problemsWith(whole, options, version)).toEqual([])
    })
  }
)

describe('a name of which a part may be lacking', () => {
  it('keeps what is demanded of the other parts', () => {
    const name = { firstname: '', surname: 'Das' }
    expect(problemsWith(name, { mayLack: ['surname'] })).toEqual(['Required'])
  })

  function filled(field: object, version: FormVersion = '2') {
    const mother = identityFields('mother', {
      event: 'birth',
      version,
      methods: [SIGN_IN]
    })
    const given = { id: 'mother.name', type: 'NAME' as const, label, ...field }
    const made: object = mother.fill('name', given, { mayLack: ['surname'] })
    return made as {
      configuration: { name: object }
      validation: Array<{ message: unknown }>
    }
  }

  it('keeps its own settings, validations and sentence', () => {
    const own = { validator: condition({ type: 'object' }), message: label }
    const surname = { required: { message: MESSAGE }, label }
    const { configuration, validation } = filled({
      validation: [own],
      configuration: {
        maxLength: 32,
        name: { firstname: { required: true }, surname }
      }
    })
    expect(configuration).toEqual({
      maxLength: 32,
      name: {
        firstname: { required: true },
        surname: { label, required: false }
      }
    })
    expect(validation).toHaveLength(2)
    expect(validation[0]).toEqual(own)
    expect(validation[1]?.message).toEqual(MESSAGE)
  })

  it.each([
    ['nothing is said of its parts', {}, '2', 1],
    ['nothing is said of its parts', {}, '1.9', 1],
    ['only the field is required', { firstname: { required: true } }, '2', 1],
    // 1.9 takes no notice of the field there.
    ['only the field is required', { firstname: { required: true } }, '1.9', 0],
    ['the country asks for none', { surname: { required: false } }, '2', 0]
  ] as const)(
    'is demanded as before of who is not proven: %s, %j on %s',
    (_, name, version, count) => {
      const { validation } = filled(
        { required: true, configuration: { name } },
        version
      )
      expect(validation).toHaveLength(count)
    }
  )

  it('is the name of a NAME field, and one of its parts', () => {
    const { fill } = identityFields('mother', { event: 'birth' })
    const field = { id: 'mother.dob', type: 'DATE' as const }
    expect(() => fill('dateOfBirth', field, { mayLack: ['surname'] })).toThrow(
      'for NAME fields alone'
    )
    const name = { id: 'mother.name', type: 'NAME' as const }
    const mayLack = ['lastname'] as unknown as ['surname']
    expect(() => fill('name', name, { mayLack })).toThrow('"lastname"')
  })
})

test('a card of one name, scanned offline, leaves its name to be completed', () => {
  const engine = load(pageOf('2', {}), { online: false })
  engine.scan('mother.id-reader', JSON.stringify(CARD))
  expect(value(engine, 'mother.verified')).toBe('pending')
  engine.change('mother.name', { firstname: 'Suparna', surname: 'Das' })
  engine.review()
  expect(engine.view().canDeclare).toBe(true)
})
