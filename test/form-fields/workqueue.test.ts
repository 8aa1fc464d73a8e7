import {
  externalValidationWorkqueue,
  identitySummary,
  workqueueScope
} from 'opencrvs-national-id/form-fields'
import { holds } from './form-evaluator'
import { motherForm } from './mother-form'

test('the workqueue has the shape of each line of OpenCRVS (forms FACTS 10)', () => {
  const common = {
    slug: 'in-external-validation',
    icon: 'FileText',
    name: {
      id: 'workqueues.inExternalValidation.title',
      defaultMessage: 'Pending external validation',
      description: expect.any(String)
    }
  }
  expect(externalValidationWorkqueue()).toEqual({
    ...common,
    query: {
      flags: { anyOf: ['register:requested'] },
      updatedAtLocation: {
        type: 'within',
        location: { $userField: 'administrativeAreaId' }
      }
    },
    action: { type: 'READ' }
  })
  expect(externalValidationWorkqueue({ version: '1.9' })).toEqual({
    ...common,
    query: {
      flags: { anyOf: ['register:requested'] },
      updatedAtLocation: {
        type: 'exact',
        term: { $userField: 'primaryOfficeId' }
      }
    },
    actions: [{ type: 'DEFAULT', conditionals: [] }]
  })
})

test('a role has all of its workqueues in one scope', () => {
  expect(workqueueScope({ others: ['recent'] })).toEqual({
    type: 'workqueue',
    options: { ids: ['recent', 'in-external-validation'] }
  })
  expect(workqueueScope({ version: '1.9', others: ['recent', 'mine'] })).toBe(
    'workqueue[id=recent|mine|in-external-validation]'
  )
})

test('the summary has the status, only when there is one, and nothing else', () => {
  const row = identitySummary(motherForm().mother)
  expect(Object.keys(row)).toEqual(['fieldId', 'conditionals'])
  expect(row.fieldId).toBe('mother.verified')
  const [entry] = row.conditionals
  expect(holds(entry!.conditional, { 'mother.verified': 'failed' })).toBe(true)
  expect(holds(entry!.conditional, { 'mother.verified': '' })).toBe(false)
  expect(holds(entry!.conditional, {})).toBe(false)
})
