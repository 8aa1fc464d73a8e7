import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { gunzipSync } from 'node:zlib'
import Ajv from 'ajv'
import Ajv2020 from 'ajv/dist/2020'
import { identityFields, qrCode } from 'opencrvs-national-id/form-fields'
import { label, METHODS } from './mother-form'

const FIXTURES = join(__dirname, '../fixtures/forms')
const PEOPLE = ['mother', 'father', 'informant', 'spouse', 'deceased', 'child']
const EVENTS = ['birth', 'death']
const OPTIONS = { strict: false, logger: false } as const

/** What OpenCRVS parses every field with, dumped from its own schemas: a union of one schema for each type. */
const SCHEMAS = {
  '1.9': { file: 'FieldConfig-1.9.15.schema.json', Ajv },
  '2': { file: 'FieldConfig-2.0.0.schema.json', Ajv: Ajv2020 }
}

type Schema = {
  $ref?: string
  $defs: Record<string, Schema>
  oneOf?: Schema[]
  anyOf?: Schema[]
  properties?: { type?: { const?: string } }
}

type Parse = (field: object) => boolean

/** A field is parsed by the schema of its type alone, which is what a union comes to and takes much less time. */
function parserOf(version: '1.9' | '2'): Parse {
  const { file, Ajv: Compiler } = SCHEMAS[version]
  const whole = recorded(file)
  const union = whole.oneOf === undefined ? 'anyOf' : 'oneOf'
  const types = (whole[union] ?? []).map(
    (branch) => target(whole, branch).properties?.type?.const
  )
  const ajv = new Compiler(OPTIONS).addSchema(whole, 'field')
  return (field) => {
    const { type } = field as { type?: string }
    const index = types.indexOf(type)
    if (index < 0) return false
    return ajv.getSchema(`field#/${union}/${index}`)?.(field) === true
  }
}

function target(whole: Schema, { $ref, ...schema }: Schema): Schema {
  const name = $ref?.replace('#/$defs/', '')
  return name === undefined ? { ...schema } : whole.$defs[name]!
}

function recorded(file: string): Schema {
  const packed = readFileSync(join(FIXTURES, `${file}.gz`))
  return JSON.parse(gunzipSync(packed).toString('utf8'))
}

function sharedContracts(): string | undefined {
  for (let at = __dirname; at !== dirname(at); at = dirname(at)) {
    const path = join(at, 'shared/contracts/forms')
    if (existsSync(path)) return path
  }
  return undefined
}

const show = {
  $id: 'https://country.example/x',
  type: 'object',
  properties: { $form: { type: 'object', required: ['a'] } },
  required: ['$form']
}

function everyForm(version: '1.9' | '2'): object[] {
  return PEOPLE.flatMap((person) =>
    EVENTS.flatMap((event) =>
      Object.values(METHODS).flatMap((methods) =>
        [undefined, show].flatMap((condition) => {
          const options = condition === undefined ? {} : { show: condition }
          const made = identityFields(person, {
            event,
            version,
            methods,
            ...options
          })
          const field = { id: `${person}.x`, type: 'TEXT' as const, label }
          return [
            ...made.fields,
            made.fill('name', { ...field, type: 'NAME' as const }),
            made.fill('identifier', field, { from: ['id'] }),
            made.fill('sex', field, { lockWhen: 'proven' }),
            made.fill('sex', field, { lock: 'none' })
          ]
        })
      )
    )
  )
}

describe.each(['1.9', '2'] as const)('OpenCRVS %s', (version) => {
  const { file } = SCHEMAS[version]
  let parses: Parse

  beforeAll(() => {
    parses = parserOf(version)
  })

  it('takes every field, of everybody, in both events, with every method', () => {
    const fields = everyForm(version)
    // Many forms have the same fields; what differs is checked once.
    const different = [...new Set(fields.map((field) => JSON.stringify(field)))]
    const refused = different.filter((field) => !parses(JSON.parse(field)))
    expect(refused).toEqual([])
    expect(different.length).toBeGreaterThan(300)
  })

  it('takes no field that is not one', () => {
    const [field] = identityFields('mother', { event: 'birth', version }).fields
    expect(parses({ ...field, type: 'BANANA' })).toBe(false)
    expect(parses({ ...field, label: { id: 'a' } })).toBe(false)
    expect(parses({ ...field, configuration: {} })).toBe(false)
  })

  const shared = sharedContracts()
  const whenShared = shared === undefined ? it.skip : it
  whenShared('is recorded as it is shared today', () => {
    const text = readFileSync(join(shared!, file), 'utf8')
    expect(recorded(file)).toEqual(JSON.parse(text))
  })
})

describe('OpenCRVS 1.9', () => {
  it('takes none of the requests of 2.x, which have no trigger', () => {
    const parses = parserOf('1.9')
    const { fields } = identityFields('mother', {
      event: 'birth',
      methods: [qrCode({ checkUrl: '/check' })]
    })
    const newer = fields.filter((field) => !parses(field))
    expect(newer.map(({ type }) => type).sort()).toEqual([
      'ALPHA_HIDDEN',
      'ALPHA_HIDDEN',
      'HTTP'
    ])
  })
})
