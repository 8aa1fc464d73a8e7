import { createCoreSimulator } from '../../../src/sandbox/core/create-core-simulator'
import { withFormFields } from '../../../src/sandbox/core/with-form-fields'
import { defaultEventConfigurations } from '../../../src/sandbox/core/default-event-configurations'
import type { EventConfiguration } from '../../../src/sandbox/core/event-configuration'
import { textField } from '../playground/recommended-form'

const PAGES = [
  {
    id: 'mother',
    title: 'Mother',
    fields: [
      { id: 'mother.identity-evidence', type: 'ALPHA_HIDDEN' },
      { id: 'mother.nid', type: 'TEXT' }
    ]
  },
  { id: 'witness', title: 'Witness', fields: [textField('witness.note')] }
]
const EVIDENCE = { 'mother.identity-evidence': 'e', 'witness.note': 'n' }

async function declareIn(
  eventConfigurations: EventConfiguration[],
  eventType: string
): Promise<number> {
  const core = createCoreSimulator({ eventConfigurations })
  const answer = await core.declare(core.createEvent(eventType), EVIDENCE, {
    answeredWith: { status: 200, body: {} }
  })
  return answer.status
}

describe('the fields of a form in the configurations of core', () => {
  it('make core take what it would refuse', async () => {
    expect(await declareIn(defaultEventConfigurations(), 'birth')).toBe(400)
    expect(await declareIn(withFormFields(PAGES), 'birth')).toBe(200)
    expect(await declareIn(withFormFields(PAGES), 'death')).toBe(400)
    const ofDeath = withFormFields(PAGES, defaultEventConfigurations(), 'death')
    expect(await declareIn(ofDeath, 'death')).toBe(200)
  })

  it('stand once, as the form has them, on pages that may be there already', () => {
    const given = defaultEventConfigurations()
    const twice = withFormFields(PAGES, withFormFields(PAGES, given))
    const pages = twice.find(({ id }) => id === 'birth')!.declaration.pages
    expect(pages.map(({ id }) => id)).toEqual([
      'child',
      'informant',
      'mother',
      'father',
      'witness'
    ])
    const fields = pages.flatMap((page) => page.fields)
    expect(fields.filter(({ id }) => id === 'mother.nid')).toEqual([
      { id: 'mother.nid', type: 'TEXT' }
    ])
    expect(new Set(fields.map(({ id }) => id)).size).toBe(fields.length)
    expect(given).toEqual(defaultEventConfigurations())
  })

  it('are refused when there is no such event', () => {
    expect(() =>
      withFormFields(PAGES, defaultEventConfigurations(), 'wedding')
    ).toThrow(/none of type wedding.*birth, death/)
  })
})
